use akira_caps::Text;

/// Set of apps that a key may sign: all apps, or the apps whose names match one of up to four
/// patterns. A pattern is a name, or a prefix followed by `*`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AppScope {
    // An empty text is an unused place; a scope without patterns contains every app.
    patterns: [Text<31>; Self::MOST],
}

impl AppScope {
    /// Maximum number of patterns in a scope.
    pub const MOST: usize = 4;

    /// The scope that contains every app.
    pub const ALL: Self = Self {
        patterns: [Text::new(); Self::MOST],
    };

    /// Creates the scope of these patterns. Returns `None` for no pattern or more than four, or if
    /// a pattern is empty, longer than 31 bytes or has a `*` before its end.
    ///
    /// ```
    /// use akira_package::AppScope;
    /// const APPS: AppScope = AppScope::only(&["snake", "acme-*"]).expect("names are short");
    /// assert!(APPS.allows("acme-valve") && !APPS.allows("snakes"));
    /// ```
    pub const fn only(names: &[&str]) -> Option<Self> {
        let mut scope = Self::ALL;
        if names.is_empty() || names.len() > Self::MOST {
            return None;
        }
        let mut i = 0;
        while i < names.len() {
            if !is_pattern(names[i].as_bytes()) {
                return None;
            }
            scope.patterns[i] = match Text::of(names[i]) {
                Some(pattern) => pattern,
                None => return None,
            };
            i += 1;
        }
        Some(scope)
    }

    /// Returns whether the scope contains the app named `name`.
    pub fn allows(&self, name: &str) -> bool {
        let mut names = self.names().peekable();
        names.peek().is_none() || names.any(|pattern| matches(pattern, name))
    }

    /// Returns the patterns. Without any pattern, the scope contains every app.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        let patterns = self.patterns.iter().map(Text::as_str);
        patterns.filter(|pattern| !pattern.is_empty())
    }
}

fn matches(pattern: &str, name: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some(start) => name.starts_with(start),
        None => pattern == name,
    }
}

const fn is_pattern(name: &[u8]) -> bool {
    let mut i = 0;
    while i + 1 < name.len() {
        if name[i] == b'*' {
            return false;
        }
        i += 1;
    }
    !name.is_empty()
}
