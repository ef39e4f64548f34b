use core::fmt;
use core::ops::Deref;

/// Error returned when a [`List`] or a [`Text`](crate::Text) has no room for another value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Full;

impl fmt::Display for Full {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("it does not fit")
    }
}

impl core::error::Error for Full {}

/// A list of at most `N` values, stored inline. `N` is at most 255.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct List<T, const N: usize> {
    len: u8,
    // Values past `len` are `T::default()`, so the derived comparison is right.
    items: [T; N],
}

impl<T: Copy + Default, const N: usize> List<T, N> {
    /// Creates an empty list.
    pub fn new() -> Self {
        const { assert!(N <= u8::MAX as usize, "a List holds at most 255 values") };
        Self {
            len: 0,
            items: [T::default(); N],
        }
    }

    /// Appends `item` to the list.
    ///
    /// # Errors
    ///
    /// [`Full`] if the list already contains `N` values.
    pub fn push(&mut self, item: T) -> Result<(), Full> {
        *self.items.get_mut(usize::from(self.len)).ok_or(Full)? = item;
        self.len += 1;
        Ok(())
    }
}

impl<T: Copy + Default, const N: usize> Default for List<T, N> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T: Copy + Default, const N: usize> TryFrom<&[T]> for List<T, N> {
    type Error = Full;

    fn try_from(items: &[T]) -> Result<Self, Full> {
        let mut list = Self::new();
        items.iter().try_for_each(|&item| list.push(item))?;
        Ok(list)
    }
}

impl<T, const N: usize> Deref for List<T, N> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        self.items.get(..usize::from(self.len)).unwrap_or_default()
    }
}

impl<T: fmt::Debug, const N: usize> fmt::Debug for List<T, N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}
