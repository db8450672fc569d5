srun @launch@ --kill-on-bad-exit=0 --wait=60 @program@ run @arguments@
