;; Traps at once; its manifest asks to be restarted.
(module
  (memory (export "memory") 1 1)
  (func (export "main") (result i32)
    (unreachable)))
