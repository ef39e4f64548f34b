;; Traps shortly before a moment at which others wake, and asks to be restarted at once: a restart is put off by whole tenths of a
;; second, so it is due shortly before such a moment too.
(module
  (import "env" "printf_native" (func $print (param i32) (result i32)))
  (import "env" "clock" (func $now (result i64)))
  (memory (export "memory") 512 512 (pagesize 1))
  (data (i32.const 0) "attacks\00")
  (func (export "main") (result i32)
    (drop (call $print (i32.const 0)))
    (loop $early
      (br_if $early (i64.lt_u (i64.rem_u (call $now) (i64.const 5000)) (i64.const 4985))))
    (unreachable)))
