;; Declares a table of ten million entries: 40 to 160 MB for most engines.
(module
  (memory (export "memory") 1 1)
  (table 10000000 10000000 funcref)
  (func (export "main") (result i32)
    (i32.const 0)))
