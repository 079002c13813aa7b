// One gateway at a time: the tests measure nothing, but each should have the machine to itself while it waits.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
