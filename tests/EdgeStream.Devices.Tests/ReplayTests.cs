using System.Text;
using EdgeStream.Storage;
using EdgeStream.Streams;

namespace EdgeStream.Devices.Tests;

public class ReplayTests
{
    private static readonly RouteDefinition Keyed = new() { Topic = "a/#", Key = "field:id" };

    [Fact]
    public async Task Letters_are_replayed_by_the_routes_as_they_are_now_and_once()
    {
        await using var folder = await StreamFolder.OpenAsync();
        await using var pipeline = folder.Pipeline(Keyed);
        await Send(pipeline, "a/1", """{"v":1}""");
        await Send(pipeline, "b/1", """{"v":2}""");
        await Send(pipeline, "a/2", "broken");
        var repaired = pipeline.WithRouter(new Router(
            [Keyed with { Key = "topic" }, new RouteDefinition { Topic = "b/#", Stream = "other" }]));
        using var replay = new DeadLetterReplay(folder.Store, () => repaired);

        var dry = await replay.RunAsync(Request(folder) with { IsDryRun = true }, default);
        Assert.Equal(["Replayed", "Replayed", "StillRefused"], Outcomes(dry));
        Assert.Empty(folder.Read("readings"));

        var result = await replay.RunAsync(Request(folder), default);
        Assert.Equal(["Replayed", "Replayed", "StillRefused"], Outcomes(result));
        Assert.True(result.IsAtEnd);
        Assert.Contains("neither a JSON object nor a number", result.Letters[2].Reason);
        Assert.Equal(("a/1", """{"v":1}"""), folder.Read("readings").Select(r => (r.Key, r.Data)).Single());
        Assert.Equal(("b/1", """{"v":2}"""), folder.Read("other").Select(r => (r.Key, r.Data)).Single());
        Assert.Equal(folder.Read("dead-letter")[0].ArrivalTime, folder.Read("readings")[0].EventTime);

        Assert.Equal(
            ["AlreadyReplayed", "AlreadyReplayed", "StillRefused"],
            Outcomes(await replay.RunAsync(Request(folder), default)));
        Assert.Single(folder.Read("readings"));
        Assert.Equal(3, folder.Read("dead-letter").Count);
    }

    [Fact]
    public async Task What_was_replayed_is_known_after_a_restart()
    {
        await using var folder = await StreamFolder.OpenAsync();
        await using (var pipeline = folder.Pipeline(Keyed))
        {
            await Send(pipeline, "a/1", """{"v":1}""");
            var repaired = pipeline.WithRouter(new Router([new RouteDefinition { Topic = "#" }]));
            using var replay = new DeadLetterReplay(folder.Store, () => repaired);
            await replay.RunAsync(Request(folder), default);
        }

        await folder.ReopenAsync();
        await using var again = folder.Pipeline(new RouteDefinition { Topic = "#" });
        using var second = new DeadLetterReplay(folder.Store, () => again);
        Assert.Equal(["AlreadyReplayed"], Outcomes(await second.RunAsync(Request(folder), default)));
        Assert.Single(folder.Read("readings"));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task A_replay_that_is_cut_off_anywhere_neither_loses_nor_doubles(int appended)
    {
        await using var folder = await StreamFolder.OpenAsync();
        await using var pipeline = folder.Pipeline();
        await Send(pipeline, "a/1", """{"v":1}""");
        await Send(pipeline, "a/2", """{"v":2}""");
        await Send(pipeline, "a/3", """{"v":3}""");
        await pipeline.Ingest(DeviceSource.Mqtt, null, "a/4"u8, "4"u8).CompleteAsync();
        var repaired = pipeline.WithRouter(new Router([new RouteDefinition { Topic = "#" }]));

        // What a run leaves that ends after some of its appends: its intent, and the marks in the shard.
        const ulong Run = 42;
        var shard = folder.Stream("dead-letter").Shards[0];
        var reading = new ReplayReading(
            Request(folder) with { LetterCount = 3 }, folder.Store, repaired.Router, repaired.Memory,
            new ReplayedSet());
        await folder.Store.State.CommitAsync(new StateBatch().Put(
            $"dead-letter/intent/{shard.Id}", ReplayIntent.Of(Run, reading.Plans).Write()));
        foreach (var plan in reading.Plans.Take(appended))
        {
            var batch = new AppendBatch();
            Assert.True(batch.TryAdd(plan.Records[0].Key, plan.Records[0].Data));
            new ReplayMark(shard, Run).Set(batch, plan.Sequence);
            await plan.Stream.AppendAsync(plan.Stream.Shards[0], batch);
        }

        using var replay = new DeadLetterReplay(folder.Store, () => repaired);
        var result = await replay.RunAsync(Request(folder), default);
        Assert.Equal(appended, result.Letters.Count(letter => letter.Outcome == ReplayOutcome.AlreadyReplayed));
        Assert.Equal(["a/1", "a/2", "a/3", "a/4"], folder.Read("readings").Select(record => record.Key));
    }

    [Fact]
    public async Task A_letter_that_was_cut_off_between_two_shards_is_completed()
    {
        await using var folder = await StreamFolder.OpenAsync();
        await folder.Store.CreateOrUpdateAsync(
            new StreamDefinition { Name = "wide", ShardCount = 8, SegmentSizeBytes = 4 << 20 });
        await using var pipeline = folder.Pipeline();
        await Send(pipeline, "x", """[{"id":"k1"},{"id":"k2"},{"id":"k3"},{"id":"k4"},{"id":"k5"}]""");
        var repaired = pipeline.WithRouter(new Router([DialectUnderTest.Route("json") with
        {
            Stream = "wide", Key = "field:id",
        }]));
        var shard = folder.Stream("dead-letter").Shards[0];
        var plan = new ReplayReading(
            Request(folder), folder.Store, repaired.Router, repaired.Memory, new ReplayedSet()).Plans.Single();
        await folder.Store.State.CommitAsync(new StateBatch().Put(
            $"dead-letter/intent/{shard.Id}", ReplayIntent.Of(7, [plan]).Write()));
        var first = plan.Stream.ShardFor(plan.Records[0].Key);
        var batch = new AppendBatch();
        foreach (var record in plan.Records.Where(r => plan.Stream.ShardFor(r.Key) == first))
        {
            Assert.True(batch.TryAdd(record.Key, record.Data));
        }

        new ReplayMark(shard, 7).Set(batch, plan.Sequence);
        await plan.Stream.AppendAsync(first, batch);
        using var replay = new DeadLetterReplay(folder.Store, () => repaired);
        Assert.Equal(["AlreadyReplayed"], Outcomes(await replay.RunAsync(Request(folder), default)));
        var keys = new List<string>();
        foreach (var one in plan.Stream.Shards)
        {
            using var reader = one.OpenReader(ShardPosition.TrimHorizon);
            while (reader.TryRead(out var record))
            {
                keys.Add(Encoding.UTF8.GetString(record.PartitionKey));
            }
        }

        Assert.Equal(["k1", "k2", "k3", "k4", "k5"], keys.Order());
    }

    [Fact]
    public async Task A_range_and_a_topic_filter_choose_letters()
    {
        await using var folder = await StreamFolder.OpenAsync();
        await using var pipeline = folder.Pipeline();
        foreach (var topic in (string[])["a/1", "b/1", "a/2", "b/2"])
        {
            await Send(pipeline, topic, "1");
        }

        await pipeline.Ingest(DeviceSource.Mqtt, null, "a/3"u8, "1"u8).CompleteAsync();
        var repaired = pipeline.WithRouter(new Router([new RouteDefinition { Topic = "#" }]));
        using var replay = new DeadLetterReplay(folder.Store, () => repaired);
        var request = Request(folder) with
        {
            From = ShardPosition.At(new SequenceNumber(2)), Before = new SequenceNumber(5), TopicFilter = "a/+",
        };
        Assert.Equal(
            ["a/2"], (await replay.RunAsync(request, default)).Letters.Select(letter => letter.Topic));
        Assert.Equal(["a/2"], folder.Read("readings").Select(record => record.Key));
        var page = await replay.RunAsync(Request(folder) with { LetterCount = 2 }, default);
        Assert.False(page.IsAtEnd);
        Assert.Equal(new SequenceNumber(3), page.Next);
    }

    [Fact]
    public async Task A_letter_that_is_only_the_beginning_of_a_message_is_left_alone()
    {
        await using var folder = await StreamFolder.OpenAsync();
        await using var pipeline = folder.Pipeline(new RouteDefinition { Topic = "#" });
        await pipeline.PutAside("It was too large.", DeviceSource.Mqtt, null, "a"u8, "1"u8).CompleteAsync();
        await folder.Stream("dead-letter").AppendAsync("x"u8.ToArray(), "{}"u8.ToArray(), null);
        using var replay = new DeadLetterReplay(folder.Store, () => pipeline);
        Assert.Equal(
            ["NotReplayable", "NotReplayable"], Outcomes(await replay.RunAsync(Request(folder), default)));
    }

    [Fact]
    public void The_bytes_of_what_is_kept_stay_as_they_are()
    {
        var set = new ReplayedSet();
        foreach (var sequence in (long[])[5, 3, 4, 9, 1])
        {
            set.Add(sequence);
        }

        Assert.Equal(
            "01010000000000000001000000000000000300000000000000050000000000000009000000000000000900000000000000",
            Convert.ToHexString(set.Write()));
        var read = ReplayedSet.Read(set.Write())!;
        Assert.Equal([1, 3, 4, 5, 9], Enumerable.Range(0, 12).Where(i => read.Contains(i)));
        var intent = new ReplayIntent(7, [new ReplayIntent.Letter(3, "r", [(UInt128)1])]);
        Assert.Equal(
            "010700000000000000010000000300000000000000010072010000000100000000000000" + "0000000000000000",
            Convert.ToHexString(intent.Write()));
        Assert.Equal(3, ReplayIntent.Read(intent.Write())!.Letters.Single().Sequence);
    }

    private static ReplayRequest Request(StreamFolder folder) =>
        new() { Shard = folder.Stream("dead-letter").Shards[0] };

    private static IEnumerable<string> Outcomes(ReplayResult result) =>
        result.Letters.Select(letter => letter.Outcome.ToString());

    private static ValueTask<IngestOutcome> Send(IngestPipeline pipeline, string topic, string payload) =>
        pipeline
            .Ingest(DeviceSource.Mqtt, "client", Encoding.UTF8.GetBytes(topic), Encoding.UTF8.GetBytes(payload))
            .CompleteAsync();
}
