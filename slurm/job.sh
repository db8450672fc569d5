#!/bin/bash
# Written by `mlaasim submit`. The same script starts the work and goes on with it after an interruption.
@options@

# From the site: modules, paths, limits.
@setup@

folder=@folder@
# Written when the work fails; empty where others write it.
failure=@failure@
task=${SLURM_ARRAY_TASK_ID:-}
job=$SLURM_JOB_ID
[ -z "$task" ] || job=${SLURM_ARRAY_JOB_ID}_$task
# How often this job ran out of time, and how often it is put back into the queue then.
counter=$folder/slurm/@token@${task:+-$task}.timeouts
most=@requeues@

say() { echo "== job $job: $*"; }
state() { scontrol show job "$job" 2>&1; }

put_back() {
    say "$1: put back into the queue, to go on later"
    scontrol requeue "$job"
}

# Only this script counts, and it counts before the job is put back: a job without progress does not go on for ever.
out_of_time() {
    local count
    count=$(($(cat "$counter" 2>/dev/null || echo 0) + 1))
    if ! { echo "$count" >"$counter.next" && mv "$counter.next" "$counter"; }; then
        say "out of time, and $counter can't be written: not put back"
    elif [ "$count" -gt "$most" ]; then
        say "out of time for the $count. time: not put back; the same mlaasim submit command goes on"
    else
        put_back "out of time ($count of $most)"
    fi
}

# Slurm ends the job. At its time limit it goes back into the queue. When it was preempted, Slurm has put it back
# already; when it was cancelled, nothing is to be done.
ended_by_slurm() {
    if [[ $(state) == *Reason=TimeLimit* ]]; then out_of_time; fi
}
trap ended_by_slurm TERM
# The warning before the time limit is for the ranks, which have it from Slurm.
trap : USR1 USR2

[ -z "$failure" ] || rm -f "$failure"
@work@ &
work=$!
while kill -0 "$work" 2>/dev/null; do wait "$work"; done
wait "$work"
code=$?

now=$(state)
if [ "$code" = 0 ]; then
    say "done"
elif [[ $now != *JobState=RUNNING* ]]; then
    # An end that Slurm has brought about is no failure.
    say "ended by Slurm"
elif [[ $now =~ PreemptTime=[0-9] ]]; then
    put_back "preempted"
elif [[ " 75 138 140 143 " == *" $code "* ]]; then
    # Stopped in good order and committed, or by a signal that came before the program was ready for it.
    out_of_time
else
    say "failed with exit code $code"
    [ -z "$failure" ] || echo "exit code $code" >"$failure"
fi
exit "$code"
