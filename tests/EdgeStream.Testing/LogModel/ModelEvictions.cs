using EdgeStream.Storage;

namespace EdgeStream.Testing;

/// <summary>What takes records out of a <see cref="ModelLog"/>.</summary>
internal sealed class ModelEvictions(ModelLog model, Random random)
{
    private long FailedRemovals => model.Log.UpkeepFailures
        .Where(failure => failure.Work == UpkeepWork.Removing)
        .Sum(failure => failure.FailedTries);

    internal void Tick()
    {
        var oldest = model.Content.Oldest;
        Evict(() => model.Log.Tick(), counts => counts.Age + counts.Bytes);
        LogContent.Require(
            model.Content.Oldest == oldest || model.Content.Oldest <= model.Space.ProtectedFrom.Value,
            $"records are protected from {model.Space.ProtectedFrom} on, the oldest is {model.Content.Oldest}");
    }

    /// <summary>The owner of the log lets go what it wants, protected or not.</summary>
    internal void Evict()
    {
        var before = random.NextInt64(model.Content.Oldest, model.Newest + 2);
        Evict(() => model.Log.EvictBefore(new SequenceNumber(before)), counts => counts.Superseded);
        LogContent.Require(
            model.Content.Oldest <= before, $"{model.Content.Oldest} is the oldest, asked to keep was {before}");
    }

    internal void EvictOldest()
    {
        var segments = model.Log.Segments;
        var mayGo = segments.Length > 1 && segments[1].FirstSequence <= model.Space.ProtectedFrom;
        var end = mayGo ? segments[1].FirstSequence.Value : model.Content.Oldest;
        var isGone = false;
        Evict(
            () => (isGone = model.Log.TryEvictOldest(EvictionReason.Budget)) ? end - model.Content.Oldest : 0,
            counts => counts.Budget);
        LogContent.Require(
            isGone == mayGo && model.Content.Oldest == end,
            $"records are protected from {model.Space.ProtectedFrom} on, the oldest is {model.Content.Oldest} and not "
                + $"{end}");
    }

    private void Evict(Func<long> evict, Func<EvictionCounts, long> countOf)
    {
        model.OldestMax = model.Newest + 1;
        List<long> starts = [.. model.Log.Segments.Select(segment => segment.FirstSequence.Value)];
        var countBefore = countOf(model.Log.Evictions);
        var totalBefore = model.Log.Evictions.Total;
        var failedBefore = FailedRemovals;
        var evicted = evict();
        var oldest = model.Log.OldestSequence.Value;
        if (FailedRemovals > failedBefore)
        {
            // The log goes on without what it could not remove; a start shows how much of it that is.
            throw new IOException("The disk did not remove all that was evicted.");
        }

        LogContent.Require(
            oldest == model.Content.Oldest + evicted,
            $"{evicted} records of {model.Content.Oldest} went, oldest is {oldest}");
        LogContent.Require(
            countOf(model.Log.Evictions) == countBefore + evicted && model.Log.Evictions.Total == totalBefore + evicted,
            $"{evicted} records went, the counts are {model.Log.Evictions}");
        if (evicted > 0)
        {
            model.Readers.NoteEviction(starts);
        }

        model.Content.EvictBefore(oldest, model.Readers.OldestNext);
        model.OldestMax = oldest;
    }

    /// <summary>A consumer comes, goes on or goes.</summary>
    internal void Protect() => model.Space.ProtectedFrom = random.Next(3) == 0
        ? SequenceNumber.Last
        : new SequenceNumber(random.NextInt64(model.Content.Oldest, model.Newest + 2));
}
