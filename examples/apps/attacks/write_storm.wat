;; Writes a setting again and again, another value each time.
(module
  (import "env" "printf_native" (func $print (param i32) (result i32)))
  (import "env" "settings_set" (func $set (param i32 i32) (result i32)))
  (memory (export "memory") 512 512 (pagesize 1))
  (data (i32.const 0) "attacks\00")
  (data (i32.const 64) "key\00")
  (data (i32.const 128) "a value of some length\00")
  (func (export "main") (result i32)
    (drop (call $print (i32.const 0)))
    (loop $again
      (i32.store8 (i32.const 128) (i32.xor (i32.const 1) (i32.load8_u (i32.const 128))))
      (drop (call $set (i32.const 64) (i32.const 128)))
      (br $again))
    (i32.const 0)))
