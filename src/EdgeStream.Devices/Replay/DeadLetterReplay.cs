using System.Security.Cryptography;
using EdgeStream.Storage;
using EdgeStream.Streams;

namespace EdgeStream.Devices;

/// <summary>Takes dead letters again, by the routes as they are now.</summary>
/// <remarks>
/// Each letter is replayed once, also when the process ends at any moment and the same range is asked for again: what a
/// run is about to append is written down first (<see cref="ReplayIntent"/>), each append sets a mark together with its
/// records (<see cref="ReplayMark"/>), and what is done is kept (<see cref="ReplayedSet"/>). Letters that the routes
/// still refuse stay as they are; none is appended to the dead letters again. A record without a time of its own has
/// that of the letter. State entries: <c>dead-letter/replayed/&lt;shard&gt;</c> and
/// <c>dead-letter/intent/&lt;shard&gt;</c>. One run at a time; the others wait.
/// </remarks>
public sealed class DeadLetterReplay : IDisposable
{
    private const string ReplayedPrefix = "dead-letter/replayed/";
    private const string IntentPrefix = "dead-letter/intent/";

    private readonly StreamStore _store;
    private readonly Func<IngestPipeline> _pipeline;
    private readonly SemaphoreSlim _oneAtATime = new(1, 1);

    /// <summary>Prepares for requests.</summary>
    /// <param name="store">The streams.</param>
    /// <param name="pipeline">The pipeline whose routes count at the time of a request.</param>
    public DeadLetterReplay(StreamStore store, Func<IngestPipeline> pipeline)
    {
        _store = store;
        _pipeline = pipeline;
    }

    /// <summary>Replays, or looks at, some letters.</summary>
    /// <exception cref="ArgumentException">The topic filter is none, or the count out of range.</exception>
    /// <exception cref="IOException">The disk failed: what was appended is found out by the next request.</exception>
    public async Task<ReplayResult> RunAsync(ReplayRequest request, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(request.LetterCount, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(request.LetterCount, ReplayRequest.LetterCountMax);
        await _oneAtATime.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await FinishIntentAsync(request.Shard).ConfigureAwait(false);
            var done = ReadDone(request.Shard);
            var pipeline = _pipeline();
            var reading = new ReplayReading(request, _store, pipeline.Router, pipeline.Memory, done);
            if (request.IsDryRun || reading.Plans.Count == 0)
            {
                return reading.Result(problem: null);
            }

            if (done.RangeCount + reading.Plans.Count > ReplayedSet.RangeCountMax)
            {
                return reading.ResultOfNone("Too many letters lie scattered between replayed ones. Replay what is "
                    + "left of them in larger ranges, or let retention take the old ones.");
            }

            return await ExecuteAsync(request.Shard, reading, done).ConfigureAwait(false);
        }
        finally
        {
            _oneAtATime.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _oneAtATime.Dispose();

    private async Task<ReplayResult> ExecuteAsync(Shard shard, ReplayReading reading, ReplayedSet done)
    {
        var run = BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(sizeof(ulong)));
        var intent = ReplayIntent.Of(run, reading.Plans).Write();
        await _store.State.CommitAsync(new StateBatch().Put(IntentPrefix + shard.Id, intent)).ConfigureAwait(false);
        var appending = new ReplayAppending(new ReplayMark(shard, run));
        var problem = await appending.AppendAsync(reading).ConfigureAwait(false);
        foreach (var sequence in appending.Done)
        {
            done.Add(sequence);
        }

        await KeepAsync(shard, done).ConfigureAwait(false);
        return reading.Result(problem);
    }

    /// <summary>Finds out what a run that was cut off has appended.</summary>
    private async Task FinishIntentAsync(Shard shard)
    {
        if (!_store.State.TryGet(IntentPrefix + shard.Id, out var bytes))
        {
            return;
        }

        var done = ReadDone(shard);
        if (ReplayIntent.Read(bytes.Span) is { } intent)
        {
            var mark = new ReplayMark(shard, intent.Run);
            foreach (var letter in intent.Letters)
            {
                if (!_store.TryGet(letter.Stream, out var stream))
                {
                    continue;
                }

                var hashesDone = letter.Hashes.Where(hash => mark.IsDone(stream, hash, letter.Sequence)).ToHashSet();
                if (hashesDone.Count > 0)
                {
                    await CompleteAsync(shard, letter, hashesDone, mark).ConfigureAwait(false);
                    done.Add(letter.Sequence);
                }
            }
        }

        await KeepAsync(shard, done).ConfigureAwait(false);
    }

    /// <summary>Appends what is missing of a letter that was cut off between two shards.</summary>
    private async Task CompleteAsync(
        Shard shard, ReplayIntent.Letter letter, HashSet<UInt128> hashesDone, ReplayMark mark)
    {
        if (letter.Hashes.All(hashesDone.Contains))
        {
            return;
        }

        var pipeline = _pipeline();
        var sequence = new SequenceNumber(letter.Sequence);
        var request = new ReplayRequest
        {
            Shard = shard,
            From = ShardPosition.At(sequence),
            Before = new SequenceNumber(letter.Sequence + 1),
            LetterCount = 1,
        };
        var reading = new ReplayReading(request, _store, pipeline.Router, pipeline.Memory, new ReplayedSet());
        reading.LeaveOut(hashesDone);
        var problem = await new ReplayAppending(mark).AppendAsync(reading).ConfigureAwait(false);
        if (problem is not null)
        {
            throw new IOException(problem);
        }
    }

    private ReplayedSet ReadDone(Shard shard) =>
        _store.State.TryGet(ReplayedPrefix + shard.Id, out var bytes)
            ? ReplayedSet.Read(bytes.Span)
                ?? throw new InvalidDataException(
                    $"The state's entry {ReplayedPrefix}{shard.Id} is of another version.")
            : new ReplayedSet();

    private async Task KeepAsync(Shard shard, ReplayedSet done)
    {
        done.ForgetBefore(shard.OldestSequence.Value);
        await _store.State.CommitAsync(
            new StateBatch().Put(ReplayedPrefix + shard.Id, done.Write()).Delete(IntentPrefix + shard.Id))
            .ConfigureAwait(false);
    }
}
