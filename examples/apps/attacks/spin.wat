;; Never ends and never waits.
(module
  (import "env" "printf_native" (func $print (param i32) (result i32)))
  (memory (export "memory") 512 512 (pagesize 1))
  (data (i32.const 0) "attacks\00")
  (func (export "main") (result i32)
    (drop (call $print (i32.const 0)))
    (loop $again (br $again))
    (i32.const 0)))
