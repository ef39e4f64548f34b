use crate::random::Random;
use core::ops::{AddAssign, Mul};

/// Number of rows and columns of the matrices.
const SIZE: usize = 48;

type Matrix<T> = [[T; SIZE]; SIZE];

/// Multiplies two integer matrices.
pub fn matmul_i32() -> i32 {
    let product = product_of(|random| (random.next() >> 16) as i32);
    let sum = product.iter().flatten();
    sum.fold(0, |sum, value| sum.wrapping_mul(31) ^ value)
}

/// Multiplies two matrices of floats. Every value is a small integer, so the order of the additions
/// does not change the result.
pub fn matmul_f32() -> i32 {
    let product = product_of(|random| (random.next() >> 25) as f32);
    let sum = product.iter().flatten();
    sum.fold(0, |sum: i32, value| sum.wrapping_mul(31) ^ *value as i32)
}

fn product_of<T>(mut value: impl FnMut(&mut Random) -> T) -> Matrix<T>
where
    T: Copy + Default + AddAssign + Mul<Output = T>,
{
    let mut random = Random::new(0x1234_5678);
    let mut matrix =
        || -> Matrix<T> { core::array::from_fn(|_| core::array::from_fn(|_| value(&mut random))) };
    let (left, right) = (matrix(), matrix());
    let mut product = [[T::default(); SIZE]; SIZE];
    for (row, of_left) in product.iter_mut().zip(&left) {
        for (column, sum) in row.iter_mut().enumerate() {
            for (factor, of_right) in of_left.iter().zip(&right) {
                *sum += *factor * of_right[column];
            }
        }
    }
    product
}
