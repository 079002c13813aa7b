// Most of these tests wait for what other processes do: several at once leave each the time that it needs. What
// measures, changes the machine, or takes it for itself, is in the collection WholeMachine and comes last, one after
// another.
[assembly: CollectionBehavior(MaxParallelThreads = 4)]
[assembly: TestCollectionOrderer("EdgeStream.EndToEnd.Tests.LongestFirst", "EdgeStream.EndToEnd.Tests")]
