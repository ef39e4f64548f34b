;; Asks again and again for what does not exist.
(module
  (import "env" "printf_native" (func $print (param i32) (result i32)))
  (import "env" "fs_unlink" (func $unlink (param i32) (result i32)))
  (import "env" "settings_delete" (func $delete (param i32) (result i32)))
  (memory (export "memory") 512 512 (pagesize 1))
  (data (i32.const 0) "attacks\00")
  (data (i32.const 64) "nothing\00")
  (func (export "main") (result i32)
    (drop (call $print (i32.const 0)))
    (loop $again
      (drop (call $unlink (i32.const 64)))
      (drop (call $delete (i32.const 64)))
      (br $again))
    (i32.const 0)))
