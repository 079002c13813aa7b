using System.Globalization;
using System.Text;
using EdgeStream.Testing;

namespace EdgeStream.Delivery.Tests.Servers;

/// <summary>A data folder that is set back in time gives sequence numbers to other records, which a stream upstream
/// knows already.</summary>
public sealed class SetBackFolderTests
{
    [Theory]
    [InlineData(1024)]
    [InlineData(2)]
    public async Task New_records_get_other_ids_where_theirs_are_known_upstream(int window)
    {
        var stream = new Upstream(window);
        await using var server = new HttpStandIn(stream.Take);
        await using var stage = await OpenAsync(server);
        await stage.StartAsync();
        await DeliverAsync(stage, "before", 3);
        var backup = stage.CopyOfFolder();
        await DeliverAsync(stage, "lost", 6);
        await stage.ReopenAsync(backup);
        await stage.StartAsync();
        await DeliverAsync(stage, "after", 8);

        // Those whose numbers were free are there before the others have other ids.
        Assert.Equal(
            Sorted([.. Of("before", 3), .. Of("lost", 6), .. Of("after", 8)]), Sorted(stream.Stored));
        Assert.Equal(2, stream.Producers);
        Assert.True(Assert.Single(DeliveryAuditor.Audit(stage.Store, stage.Time)).AddsUp);

        // The new ids are durable.
        await stage.ReopenAsync(stage.CopyOfFolder());
        await stage.StartAsync();
        await DeliverAsync(stage, "later", 2);
        Assert.Equal(Of("later", 2), stream.Stored[^2..]);
        Assert.Equal(2, stream.Producers);
    }

    [Fact]
    public async Task So_they_do_where_the_server_was_away_at_first()
    {
        var stream = new Upstream(1024);
        await using var server = new HttpStandIn(stream.Take);
        await using var stage = await OpenAsync(server);
        await stage.StartAsync();
        await DeliverAsync(stage, "before", 1);
        var backup = stage.CopyOfFolder();
        await DeliverAsync(stage, "lost", 3);
        server.Close();
        await stage.ReopenAsync(backup);
        await stage.StartAsync();
        await stage.AppendAsync("k", "\"after-1\"");
        await stage.AdvanceUntilAsync(() => stage.Status.LastError is not null);
        server.Open();
        await stage.AdvanceUntilAsync(() => stage.Status.BacklogRecords == 0);
        Assert.Equal([.. Of("before", 1), .. Of("lost", 3), .. Of("after", 1)], stream.Stored);
    }

    [Fact]
    public async Task A_server_that_knows_every_id_is_not_hurried()
    {
        await using var server = new HttpStandIn(Upstream.Refuse);
        await using var stage = await OpenAsync(server);
        await stage.AppendAsync("k", "1");
        await stage.StartAsync();
        await stage.AdvanceUntilAsync(() => stage.Status is { State: DeliveryState.BackingOff, LastError: { } error }
            && error.Contains("ids that are new", StringComparison.Ordinal));
        Assert.Equal(1, stage.Status.BacklogRecords);
    }

    [Fact]
    public async Task Records_of_a_lost_answer_keep_their_ids()
    {
        var stream = new Upstream(1024) { LostAnswers = 2 };
        await using var server = new HttpStandIn(stream.Take);
        await using var stage = await OpenAsync(server);
        await stage.StartAsync();
        await DeliverAsync(stage, "a", 4);
        Assert.Equal(Of("a", 4), stream.Stored);
        Assert.Equal(1, stream.Producers);
    }

    [Fact]
    public async Task Records_that_a_kill_sends_again_keep_their_ids()
    {
        var stream = new Upstream(1024) { LostAnswers = 1 };
        var folder = "";
        await using var server = new HttpStandIn(stream.Take);
        await using var stage = await OpenAsync(server);
        stream.Losing = () => folder = stage.CopyOfFolder();
        await stage.StartAsync();
        await DeliverAsync(stage, "a", 4);
        await stage.ReopenAsync(folder);
        await stage.StartAsync();
        await stage.AdvanceUntilAsync(() => stage.Status.BacklogRecords == 0);
        Assert.Equal(Of("a", 4), stream.Stored);
        Assert.Equal(1, stream.Producers);
    }

    private static Task<DeliveryStage> OpenAsync(HttpStandIn server) =>
        DeliveryStage.OpenAsync(definition => definition with
        {
            Destination = KinesisEndpoint.Options(server) with { HasRecordIds = true },
            Compression = CompressionKind.None,
            Prefix = "",
        });

    private static async Task DeliverAsync(DeliveryStage stage, string name, int count)
    {
        foreach (var data in Of(name, count))
        {
            await stage.AppendAsync(data, $"\"{data}\"");
        }

        await stage.AdvanceUntilAsync(() => stage.Status.BacklogRecords == 0);
    }

    private static IEnumerable<string> Sorted(IEnumerable<string> texts) => texts.Order(StringComparer.Ordinal);

    private static string[] Of(string name, int count) =>
        [.. Enumerable.Range(1, count).Select(number => $"{name}-{number}")];

    /// <summary>A stream of another gateway that recognises what comes again.</summary>
    private sealed class Upstream(int window)
    {
        private readonly Dictionary<string, HashSet<long>> _producers = [];
        private readonly List<string> _stored = [];

        public string[] Stored => [.. _stored];

        public int Producers => _producers.Count;

        /// <summary>How many requests are taken without an answer.</summary>
        public int LostAnswers { get; set; }

        public Action Losing { get; set; } = () => { };

        public StandInAnswer Take(StandInRequest request)
        {
            var id = request["x-edgestream-producer-id"];
            if (!_producers.TryGetValue(id, out var known))
            {
                _producers[id] = known = [];
            }

            var first = Number(request["x-edgestream-producer-sequence"]);
            var offsets = request.Headers.GetValueOrDefault("x-edgestream-producer-offsets");
            long[] numbers = [first, .. offsets is null ? [] : offsets.Split(',').Select(text => first + Number(text))];
            var results = new List<string>();
            var recognised = new List<int>();
            foreach (var record in request.Json.GetProperty("Records").EnumerateArray())
            {
                var place = results.Count;
                if (known.Count > 0 && numbers[place] <= known.Max() - window)
                {
                    results.Add("""{"ErrorCode":"InvalidArgumentException","ErrorMessage":"too old"}""");
                    continue;
                }

                results.Add("""{"SequenceNumber":"1","ShardId":"shardId-000000000000"}""");
                if (known.Add(numbers[place]))
                {
                    _stored.Add(Encoding.UTF8.GetString(record.GetProperty("Data").GetBytesFromBase64()).Trim('"'));
                }
                else
                {
                    recognised.Add(place);
                }
            }

            if (LostAnswers > 0)
            {
                LostAnswers--;
                Losing();
                return StandInAnswer.Closed;
            }

            var body = $$"""{"FailedRecordCount":0,"Records":[{{string.Join(',', results)}}]}""";
            return recognised.Count == 0 ? new StandInAnswer(200, body)
                : new StandInAnswer(200, body, $"x-edgestream-producer-recognised: {string.Join(',', recognised)}");
        }

        /// <summary>Says of all that it is too old.</summary>
        public static StandInAnswer Refuse(StandInRequest request) => new(200, """
            {"FailedRecordCount":1,"Records":[{"ErrorCode":"InvalidArgumentException","ErrorMessage":"too old"}]}
            """);

        private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);
    }
}
