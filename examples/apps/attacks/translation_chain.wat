;; Calls many functions for the first time, one after the other, shortly before a moment at which others wake. Whoever builds it puts
;; the functions in place of FUNCTIONS, and their calls in place of CALLS.
(module
  (import "env" "printf_native" (func $print (param i32) (result i32)))
  (import "env" "clock" (func $now (result i64)))
  (memory (export "memory") 512 512 (pagesize 1))
  (data (i32.const 0) "attacks\00")
  (data (i32.const 16) "has attacked\00")
  (func (export "main") (result i32)
    (local $begin i64)
    (drop (call $print (i32.const 0)))
    (local.set $begin (i64.add (call $now) (i64.const 200000)))
    (loop $early
      (br_if $early (i64.lt_u (call $now) (local.get $begin)))
      (br_if $early (i64.lt_u (i64.rem_u (call $now) (i64.const 5000)) (i64.const 4985))))
    CALLS
    (drop (call $print (i32.const 16)))
    (loop $again (br $again))
    (i32.const 0))
  FUNCTIONS)
