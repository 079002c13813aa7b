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
    public async Task A_repeated_message_is_taken_and_what_was_not_is_sent_again()
    {
        var isFull = true;
        await using var server = new ScriptedNats(Info, (number, payload) => payload == "2" && isFull
            ? """{"error":{"code":503,"err_code":10077,"description":"maximum messages exceeded"}}"""
            : """{"stream":"S","seq":7,"duplicate":true}""");
        using var item = new RecordObject(Options(server), ("a", "1"), ("b", "2"), ("c", "3"));
        var result = await item.SendAsync();
        Assert.Equal(SendOutcome.Retryable, result.Outcome);
        Assert.Contains("sequence 2", result.Reason);
        Assert.Contains("10077 maximum messages exceeded", result.Reason);
        isFull = false;
        Assert.Equal(SendOutcome.Accepted, (await item.SendAsync()).Outcome);
        Assert.Equal(["1", "2", "3", "2"], server.Messages.Select(message => message[2]));
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

    private static NatsDestinationOptions Options(ScriptedNats server) =>
        new() { Url = $"nats://127.0.0.1:{server.Port}", Subject = "to.{stream}.{key}", TimeoutSeconds = 20 };
}
