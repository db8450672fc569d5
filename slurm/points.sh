first=$((@first@ + task * @per_task@))
last=$((first + @per_task@ - 1 < @last@ ? first + @per_task@ - 1 : @last@))
srun --ntasks=1 --mpi=none @program@ sweep @arguments@ --points "$first-$last"
