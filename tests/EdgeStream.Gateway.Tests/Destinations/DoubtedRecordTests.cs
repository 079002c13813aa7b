using EdgeStream.Delivery;
using EdgeStream.Mqtt;

namespace EdgeStream.Gateway.Tests.Destinations;

/// <summary>A refusal that sounds like the record's own fault is believed where the server takes others.</summary>
public sealed class DoubtedRecordTests
{
    [Theory]
    [InlineData(MqttReasonCode.NotAuthorized, 3)]
    [InlineData(MqttReasonCode.TopicNameInvalid, 3)]
    [InlineData(MqttReasonCode.PayloadFormatInvalid, 3)]
    public async Task Where_the_server_refuses_everything_nothing_is_put_aside(MqttReasonCode reason, int tried)
    {
        await using var server = ServerUnderTest.Start();
        server.Decide = _ => PublishReceipt.Refused(reason);
        using var destination = new DestinationUnderTest(server.Network.Port, sendMaximum: 1, canReject: true);
        var result = await destination.SendAsync(20);
        Assert.Equal((SendOutcome.Retryable, true), (result.Outcome, result.IsUnproven));
        Assert.Contains("sequence 1 of shardId-000000000000, key 'key-1'", result.Reason, StringComparison.Ordinal);
        Assert.Contains($"{reason}", result.Reason, StringComparison.Ordinal);
        Assert.Equal(Enumerable.Range(1, tried).Select(number => (long)number), server.Sequences);

        server.Decide = static _ => PublishReceipt.Accepted;
        Assert.Equal(SendResult.Accepted, await destination.SendAsync(20));
        Assert.Equal(20, server.Sequences.Distinct().Count());
    }

    [Fact]
    public async Task Of_many_topics_sixteen_are_tried_and_no_more()
    {
        await using var server = ServerUnderTest.Start();
        server.Decide = static _ => PublishReceipt.Refused(MqttReasonCode.NotAuthorized);
        using var destination = new DestinationUnderTest(
            server.Network.Port, sendMaximum: 1, canReject: true, keyOf: static number => $"k{number}");
        Assert.True((await destination.SendAsync(100)).IsUnproven);
        Assert.Equal(RefusalJudge.RefusalsInARowMax, server.Received.Count);
    }

    [Fact]
    public async Task The_first_record_is_put_aside_when_one_behind_it_was_taken_and_those_of_its_key_come_in_order()
    {
        await using var server = ServerUnderTest.Start();
        server.Decide = static record => record.Key == "bad"
            ? PublishReceipt.Refused(MqttReasonCode.NotAuthorized) : PublishReceipt.Accepted;
        using var destination = new DestinationUnderTest(
            server.Network.Port, sendMaximum: 1, canReject: true, keyOf: static number => number < 4 ? "bad" : "good");
        Assert.Equal(SendResult.Accepted, await destination.SendAsync(5));
        Assert.Equal([1, 4, 5, 2, 3], server.Sequences);
    }

    [Fact]
    public async Task More_topics_than_are_tried_at_once_are_put_aside_where_the_server_takes_others()
    {
        const int Records = 4 * RefusalJudge.RefusalsInARowMax;
        await using var server = ServerUnderTest.Start();
        server.Decide = static record => record.Sequence is 16 or 33 or > 49
            ? PublishReceipt.Accepted : PublishReceipt.Refused(MqttReasonCode.NotAuthorized);
        using var destination = new DestinationUnderTest(
            server.Network.Port, sendMaximum: 1, canReject: true, keyOf: static number => $"k{number}");
        Assert.Equal(SendResult.Accepted, await destination.SendAsync(Records));
        Assert.Equal(Enumerable.Range(1, Records).Select(number => (long)number), server.Sequences);
    }

    [Fact]
    public async Task A_topic_that_was_taken_before_is_not_what_is_wrong_now()
    {
        await using var server = ServerUnderTest.Start();
        server.Decide = static record => record.Sequence == 2
            ? PublishReceipt.Refused(MqttReasonCode.NotAuthorized) : PublishReceipt.Accepted;
        using var destination = new DestinationUnderTest(
            server.Network.Port, sendMaximum: 1, canReject: true, keyOf: static number => number < 3 ? "a" : "b");
        Assert.True((await destination.SendAsync(3)).IsUnproven);
        Assert.Equal([1, 2, 3], server.Sequences);
        server.Decide = static _ => PublishReceipt.Accepted;
        Assert.Equal(SendResult.Accepted, await destination.SendAsync(3));
        Assert.Equal([1, 2, 3, 2], server.Sequences);
    }

    [Fact]
    public async Task On_a_new_connection_nothing_is_known()
    {
        await using var server = ServerUnderTest.Start();
        using var destination = new DestinationUnderTest(
            server.Network.Port, sendMaximum: 1, canReject: true, keyOf: static number => $"k{number}");
        Assert.Equal(SendResult.Accepted, await destination.SendAsync(2));
        await server.ReplaceAsync();
        server.Decide = static _ => PublishReceipt.Refused(MqttReasonCode.NotAuthorized);
        SendResult result;
        do
        {
            result = await destination.SendAsync(3, first: 3);
            Assert.NotEqual(SendOutcome.Accepted, result.Outcome);
        }
        while (!result.IsUnproven);
    }

    [Fact]
    public async Task Small_records_are_too_large_only_for_a_server_that_takes_others()
    {
        await using var server = ServerUnderTest.Start(new MqttBrokerOptions { PacketSizeBytesMax = 2048 });
        using var destination = new DestinationUnderTest(server.Network.Port, sendMaximum: 1, canReject: true);
        var text = $"\"{new string('x', 4096)}\"";
        Assert.True((await destination.SendDataAsync(text, text)).IsUnproven);
        Assert.Empty(server.Received);
    }

    [Fact]
    public async Task A_large_record_may_be_too_large_for_a_server_that_has_taken_nothing_yet()
    {
        await using var server = ServerUnderTest.Start(new MqttBrokerOptions { PacketSizeBytesMax = 2048 });
        using var destination = new DestinationUnderTest(server.Network.Port, sendMaximum: 1, canReject: true);
        var text = $"\"{new string('x', RefusalJudge.LargeBytesMin)}\"";
        Assert.Equal(SendResult.Accepted, await destination.SendDataAsync(text));
        Assert.Empty(server.Received);
    }
}
