using EdgeStream.Storage;
using EdgeStream.Testing;

namespace EdgeStream.Streams.Tests;

/// <summary>Shard iterators: where the five types stand, how long a token is good, and what it comes to.</summary>
public sealed class ShardIteratorTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly ManualTimeProvider _time = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_five_types_stand_where_kinesis_has_them()
    {
        await using var store = Open();
        var (stream, iterators) = await FilledAsync(store);
        var shard = stream.Shards[0];
        var second = new SequenceNumber(2);
        Assert.Equal(1, First(iterators, iterators.Issue(shard, ShardPosition.TrimHorizon)));
        Assert.Equal(2, First(iterators, iterators.Issue(shard, ShardPosition.At(second))));
        Assert.Equal(3, First(iterators, iterators.Issue(shard, ShardPosition.After(second))));
        var time = Timestamp.From(_time.GetUtcNow() - TimeSpan.FromMilliseconds(2500));
        Assert.Equal(3, First(iterators, iterators.Issue(shard, ShardPosition.AtTime(time))));
        var latest = iterators.Issue(shard, ShardPosition.Latest);
        Assert.Null(First(iterators, latest));
        await stream.AppendAsync("k"u8.ToArray(), "v"u8.ToArray());
        Assert.Equal(5, First(iterators, latest));
        Assert.Equal(1, First(iterators, iterators.Issue(shard, ShardPosition.At(SequenceNumber.None))));
    }

    [Fact]
    public async Task A_token_is_good_for_five_minutes_also_over_a_restart()
    {
        string token;
        await using (var store = Open())
        {
            var (stream, iterators) = await FilledAsync(store);
            token = iterators.Issue(stream.Shards[0], ShardPosition.After(new SequenceNumber(3)));
            Assert.Equal(ShardIterators.TokenLength, token.Length);
        }

        await using var again = Open();
        var found = await ShardIterators.OpenAsync(again, _time);
        _time.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal(4, First(found, token));
        _time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(IteratorStatus.Expired, found.Find(token, out _, out _, out _));
    }

    [Fact]
    public async Task A_token_that_was_changed_or_is_of_another_folder_is_invalid()
    {
        using var other = new TemporaryFolder();
        await using var store = Open();
        var (stream, iterators) = await FilledAsync(store);
        var token = iterators.Issue(stream.Shards[0], ShardPosition.TrimHorizon);
        for (var at = 0; at < token.Length; at++)
        {
            var changed = string.Concat(token.AsSpan(0, at), token[at] == 'A' ? "B" : "A", token.AsSpan(at + 1));
            Assert.Equal(IteratorStatus.Invalid, iterators.Find(changed, out _, out _, out _));
        }

        Assert.Equal(IteratorStatus.Invalid, iterators.Find("", out _, out _, out _));
        Assert.Equal(IteratorStatus.Invalid, iterators.Find(new string('!', 60), out _, out _, out _));
        await using var second = StreamStore.Open(new StreamStoreOptions { Folder = other.Path }, _time);
        var others = await ShardIterators.OpenAsync(second, _time);
        Assert.Equal(IteratorStatus.Invalid, others.Find(token, out _, out _, out _));
    }

    [Fact]
    public async Task A_token_of_a_stream_that_was_made_anew_under_its_name_is_gone()
    {
        await using var store = Open();
        var (stream, iterators) = await FilledAsync(store);
        var token = iterators.Issue(stream.Shards[0], ShardPosition.TrimHorizon);
        await store.DeleteAsync("readings");
        Assert.Equal(IteratorStatus.Gone, iterators.Find(token, out _, out _, out _));
        await FilledAsync(store);
        Assert.Equal(IteratorStatus.Gone, iterators.Find(token, out _, out _, out _));
    }

    [Fact]
    public async Task A_closed_shard_that_is_read_to_its_end_has_no_next_iterator_but_children()
    {
        await using var store = Open();
        var (stream, iterators) = await FilledAsync(store);
        await store.SplitShardAsync("readings", "shardId-000000000000", UInt128.MaxValue / 2);
        using var reader = stream.Shards[0].OpenReader(ShardPosition.TrimHorizon);
        Assert.NotNull(iterators.Issue(reader));
        while (reader.TryRead(out _))
        {
            Assert.Equal(reader.NextSequence.Value > 4, iterators.Issue(reader) is null);
        }

        Assert.Null(iterators.Issue(reader));
        Assert.Equal(2, stream.ChildrenOf(reader.Shard).Count);
    }

    [Fact]
    public async Task Millis_behind_latest_is_the_age_of_the_last_record_and_0_when_all_is_read()
    {
        await using var store = Open();
        var (stream, _) = await FilledAsync(store);
        var shard = stream.Shards[0];
        using var reader = shard.OpenReader(ShardPosition.TrimHorizon);
        var now = Timestamp.From(_time.GetUtcNow());
        Assert.Equal(4000, shard.MillisBehindLatest(reader, null, now));
        Assert.True(reader.TryRead(out var record));
        Assert.Equal(4000, shard.MillisBehindLatest(reader, record.ArrivalTime, now));
        Assert.True(reader.TryRead(out record));
        Assert.Equal(3000, shard.MillisBehindLatest(reader, record.ArrivalTime, now));
        Assert.True(reader.TryRead(out _) && reader.TryRead(out record));
        Assert.Equal(0, shard.MillisBehindLatest(reader, record.ArrivalTime, now));
    }

    [Fact]
    public async Task A_number_finds_its_shard_and_one_of_another_stream_or_of_the_future_finds_none()
    {
        await using var store = Open();
        var (stream, _) = await FilledAsync(store);
        var other = await store.CreateOrUpdateAsync(new StreamDefinition { Name = "other" });
        var number = stream.Shards[0].NumberOf(new SequenceNumber(4));
        Assert.True(stream.TryGetShard(number, out var shard));
        Assert.Same(stream.Shards[0], shard);
        Assert.False(other.TryGetShard(number, out _));
        Assert.False(stream.TryGetShard(number with { Sequence = new SequenceNumber(5) }, out _));
        Assert.False(stream.TryGetShard(number with { ShardIndex = 1 }, out _));
        Assert.NotEqual(stream.Attributes.Id, other.Attributes.Id);
    }

    private StreamStore Open() => StreamStore.Open(new StreamStoreOptions { Folder = _folder.Path }, _time);

    /// <summary>Four records, a second apart; the last one a second ago.</summary>
    private async Task<(DataStream Stream, ShardIterators Iterators)> FilledAsync(StreamStore store)
    {
        var stream = await store.CreateOrUpdateAsync(new StreamDefinition { Name = "readings" });
        for (var i = 0; i < 4; i++)
        {
            await stream.AppendAsync("k"u8.ToArray(), "v"u8.ToArray());
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        return (stream, await ShardIterators.OpenAsync(store, _time));
    }

    /// <summary>The number of the record that a token's reader reads first; null if there is none.</summary>
    private static long? First(ShardIterators iterators, string token)
    {
        Assert.Equal(IteratorStatus.Valid, iterators.Find(token, out _, out var shard, out var position));
        using var reader = shard!.OpenReader(position);
        return reader.TryRead(out var record) ? record.Sequence.Value : null;
    }
}
