using System.Buffers;
using System.Text;

namespace EdgeStream.Delivery.Tests.Servers;

/// <summary>What goes to NATS byte by byte, and what its answers mean.</summary>
public sealed class NatsDestinationTests
{
    private const string Info = """INFO {"server_id":"x","headers":true,"max_payload":1000}""" + "\r\n";

    [Fact]
    public async Task Messages_have_ids_subjects_and_a_reply_and_are_taken_when_acknowledged()
    {
        await using var server = new ScriptedNats(Info, (number, _) => $$"""{"stream":"S","seq":{{number + 1}}}""");
        using var item = new RecordObject(
            Options(server) with { StreamName = "S", UserName = "u", Password = "p" },
            ("a/b c", """{"n":1}"""), ("x", "2"));
        Assert.Equal(SendOutcome.Accepted, (await item.SendAsync()).Outcome);
        Assert.Contains("\"user\":\"u\",\"pass\":\"p\"", server.Lines[0]);
        Assert.Contains("\"headers\":true,\"no_responders\":true", server.Lines[0]);
        Assert.Equal(
            [
                "to.readings.a.b_c",
                $"NATS/1.0\r\nNats-Msg-Id: {RecordObject.IdOf(1)}\r\nNats-Expected-Stream: S\r\n"
                + "Edgestream-Key: a/b c\r\nEdgestream-Time: 2026-01-01T00:00:00.500Z\r\n\r\n",
                """{"n":1}""",
            ],
            server.Messages[0]);
        Assert.Equal(["to.readings.x", "2"], [server.Messages[1][0], server.Messages[1][2]]);
    }

    [Fact]
    public async Task A_header_tells_what_is_history()
    {
        await using var server = new ScriptedNats(Info, (number, _) => $$"""{"stream":"S","seq":{{number + 1}}}""");
        using var item = new RecordObject(Options(server), canReject: false, isHistorical: true, ("a", "1"));
        Assert.Equal(SendOutcome.Accepted, (await item.SendAsync()).Outcome);
        Assert.EndsWith(
            "Edgestream-Time: 2026-01-01T00:00:00.500Z\r\nEdgestream-Historical: true\r\n\r\n",
            server.Messages[0][1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_comes_now_does_not_wait_for_history_that_is_under_way()
    {
        await using var server = new ScriptedNats(
            Info, (_, payload) => payload == "1" ? "" : """{"stream":"S","seq":7}""");
        var options = Options(server);
        using var target = new NatsTarget(options, "up", WireMeter.Unlimited(TimeProvider.System), TimeProvider.System);
        using var ending = new CancellationTokenSource();
        var history = target.SendAsync(RequestOf("1", isHistorical: true), ending.Token).AsTask();
        await Eventually.TrueAsync(() => server.Messages.Count == 1);
        var live = RequestOf("2", isHistorical: false);
        await target.SendAsync(live, default);
        Assert.True(live.Verdicts[0].IsAccepted);
        Assert.False(history.IsCompleted);
        await ending.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => history);
    }

    [Fact]
    public async Task The_time_of_an_attempt_stands_still_while_it_waits_for_its_turn()
    {
        var time = new EdgeStream.Testing.ManualTimeProvider();
        await using var server = new ScriptedNats(
            Info, (_, payload) => payload == "1" ? "" : """{"stream":"S","seq":7}""");
        using var target = new NatsTarget(Options(server), "up", WireMeter.Unlimited(time), time);
        var first = target.SendAsync(RequestOf("1", isHistorical: false), default).AsTask();
        await Eventually.TrueAsync(() => server.Messages.Count == 1);
        var second = RequestOf("2", isHistorical: false);
        var sending = SendWithinAsync(target, second, TimeSpan.FromSeconds(2), time);

        // The first one's own time is up before the second has begun.
        time.Advance(TimeSpan.FromSeconds(21));
        await first;
        await sending;
        Assert.True(second.Verdicts[0].IsAccepted);
    }

    [Fact]
    public async Task A_repeated_message_is_taken_and_what_was_not_is_sent_again()
    {
        var isFull = true;
        await using var server = new ScriptedNats(Info, (number, payload) => payload == "2" && isFull
            ? """{"error":{"code":503,"err_code":10077,"description":"maximum messages exceeded"}}"""
            : """{"stream":"S","seq":7,"duplicate":true}""");
        using var item = new RecordObject(Options(server), ("a", "1"), ("b", "2"), ("c", "3"));
        item.Records.MayBeThere = true;
        var result = await item.SendAsync();
        Assert.Equal(SendOutcome.Retryable, result.Outcome);
        Assert.Contains("sequence 2", result.Reason);
        Assert.Contains("10077 maximum messages exceeded", result.Reason);
        isFull = false;
        Assert.Equal(SendOutcome.Accepted, (await item.SendAsync()).Outcome);
        Assert.Equal(["1", "2", "3", "2"], server.Messages.Select(message => message[2]));
    }

    [Fact]
    public async Task A_repeated_message_that_was_never_sent_is_anothers()
    {
        await using var server = new ScriptedNats(Info, (_, payload) => payload == "2"
            ? """{"stream":"S","seq":7,"duplicate":true}""" : """{"stream":"S","seq":7}""");
        using var item = new RecordObject(Options(server), ("a", "1"), ("b", "2"), ("c", "3"));
        var result = await item.SendAsync();
        Assert.True(result.IsSetBack);
        Assert.Contains("sequence 2", result.Reason);
        Assert.Equal([true, false, true], Enumerable.Range(0, 3).Select(item.Records.IsSettled));
    }

    [Theory]
    [InlineData(true, 1)]
    [InlineData(false, 3)]
    public async Task A_message_of_a_key_waits_for_the_one_before_where_order_counts(bool isKeyOrdered, int count)
    {
        await using var server = new ScriptedNats(
            Info, (_, _) => """{"error":{"code":503,"err_code":10008,"description":"not available"}}""");
        using var item = new RecordObject(
            Options(server) with { IsKeyOrdered = isKeyOrdered }, ("a", "1"), ("a", "2"), ("b", "3"));
        Assert.Equal(SendOutcome.Retryable, (await item.SendAsync()).Outcome);
        Assert.Equal(count, server.Messages.Count);
    }

    [Fact]
    public async Task A_message_that_is_larger_than_the_server_takes_is_put_aside()
    {
        await using var server = new ScriptedNats(Info, (_, _) => """{"stream":"S","seq":7}""");
        using var item = new RecordObject(Options(server), ("a", $"\"{new string('x', 1000)}\""), ("b", "2"));
        Assert.Equal(SendOutcome.Accepted, (await item.SendAsync()).Outcome);
        Assert.Equal("max_payload", Assert.Single(item.Rejected).Value);
    }

    [Theory]
    [InlineData("HTTP/1.1 400 Bad Request\r\n", SendOutcome.Retryable, "no NATS server")]
    [InlineData("INFO {\"headers\":false}\r\n", SendOutcome.Rejected, "older than 2.2")]
    [InlineData("INFO {\"headers\":true}\r\n-ERR 'Authorization Violation'\r\n", SendOutcome.Rejected, "Authorization")]
    [InlineData("INFO {\"headers\":", SendOutcome.Retryable, "closed the connection")]
    public async Task A_server_that_does_not_let_in_holds_up(string greeting, SendOutcome outcome, string reason)
    {
        await using var server = new ScriptedNats(greeting, (_, _) => "", isOpen: false);
        using var item = new RecordObject(Options(server), ("a", "1"));
        var result = await item.SendAsync();
        Assert.Equal(outcome, result.Outcome);
        Assert.Contains(reason, result.Reason);
    }

    [Fact]
    public async Task A_key_addresses_no_subject_of_the_server_itself_unless_the_template_does()
    {
        await using var server = new ScriptedNats(Info, (_, _) => """{"stream":"S","seq":7}""");
        using (var item = new RecordObject(
            Options(server) with { Subject = "{key}" },
            ("$JS/API/STREAM/DELETE/S", "1"), ("_INBOX.x", "2"), ("a", "3")))
        {
            Assert.Equal(SendOutcome.Accepted, (await item.SendAsync()).Outcome);
        }

        using var values = new RecordObject(Options(server) with { Subject = "$KV.bucket.{key}" }, ("a", "1"));
        Assert.Equal(SendOutcome.Accepted, (await values.SendAsync()).Outcome);
        Assert.Equal(
            ["_$JS.API.STREAM.DELETE.S", "__INBOX.x", "a", "$KV.bucket.a"],
            server.Messages.Select(message => message[0]));
    }

    private static async Task SendWithinAsync(
        NatsTarget target, DeliveryRequest request, TimeSpan timeMax, TimeProvider time)
    {
        using var limit = new TimeLimit(timeMax, time, default);
        await target.SendAsync(request, limit.Token);
    }

    private static DeliveryRequest RequestOf(string data, bool isHistorical)
    {
        var line = $$"""
            {"stream":"readings","shard":"shardId-000000000000","sequence":1,"key":"k",
            "eventTime":"2026-01-01T00:00:00.500Z","arrivalTime":"2026-01-01T00:00:00.500Z",
            "historical":{{(isHistorical ? "true" : "false")}},"data":{{data}}}
            """;
        return new DeliveryRequest(
            "up-0a1b2c3d-shardId-000000000000",
            [DeliveredRecord.Read(new ReadOnlySequence<byte>(Encoding.UTF8.GetBytes(line)))]);
    }

    private static NatsDestinationOptions Options(ScriptedNats server) =>
        new() { Url = $"nats://127.0.0.1:{server.Port}", Subject = "to.{stream}.{key}", TimeoutSeconds = 20 };
}
