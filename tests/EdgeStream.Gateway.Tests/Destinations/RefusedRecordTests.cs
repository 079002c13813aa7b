using EdgeStream.Delivery;
using EdgeStream.Mqtt;
using EdgeStream.Testing;

namespace EdgeStream.Gateway.Tests.Destinations;

/// <summary>A record that the server refuses: it is named with the reason, the rest is not sent again.</summary>
public sealed class RefusedRecordTests
{
    [Theory]
    [InlineData(MqttReasonCode.QuotaExceeded, 1, SendOutcome.Retryable)]
    [InlineData(MqttReasonCode.UnspecifiedError, 1, SendOutcome.Retryable)]
    [InlineData(MqttReasonCode.ImplementationSpecificError, 2, SendOutcome.Retryable)]
    [InlineData(MqttReasonCode.NotAuthorized, 1, SendOutcome.Rejected)]
    [InlineData(MqttReasonCode.NotAuthorized, 2, SendOutcome.Rejected)]
    [InlineData(MqttReasonCode.TopicNameInvalid, 1, SendOutcome.Rejected)]
    [InlineData(MqttReasonCode.PayloadFormatInvalid, 2, SendOutcome.Rejected)]
    public async Task Nothing_is_begun_behind_it_and_what_was_accepted_stays_so(
        MqttReasonCode reason, int qos, SendOutcome outcome)
    {
        await using var server = ServerUnderTest.Start();
        server.Decide = record => record.Sequence == 3 ? PublishReceipt.Refused(reason) : PublishReceipt.Accepted;
        using var destination = new DestinationUnderTest(server.Network.Port, qos, sendMaximum: 1);
        var refused = await destination.SendAsync(5);
        Assert.Equal(outcome, refused.Outcome);
        Assert.Contains($"sequence 3 of shardId-000000000000, key 'key-0': {reason}", refused.Reason,
            StringComparison.Ordinal);
        Assert.Equal([1, 2, 3], server.Sequences);

        server.Decide = static _ => PublishReceipt.Accepted;
        Assert.Equal(SendResult.Accepted, await destination.SendAsync(5));
        Assert.Equal([1, 2, 3, 3, 4, 5], server.Sequences);
        Assert.All(server.Received, record => Assert.Equal(
            $"{DestinationUnderTest.Series}-{record.Sequence:D20}", record.Id));
        Assert.All(server.Received, record => Assert.Equal($"to/readings/{record.Key}", record.Topic));
    }

    [Theory]
    [InlineData(MqttReasonCode.NotAuthorized, true)]
    [InlineData(MqttReasonCode.TopicNameInvalid, true)]
    [InlineData(MqttReasonCode.PayloadFormatInvalid, true)]
    [InlineData(MqttReasonCode.QuotaExceeded, false)]
    [InlineData(MqttReasonCode.UnspecifiedError, false)]
    public async Task What_is_the_records_own_fault_is_rejected_and_those_behind_it_go_on(
        MqttReasonCode reason, bool isRejected)
    {
        await using var server = ServerUnderTest.Start();
        server.Decide = record => record.Sequence == 3 ? PublishReceipt.Refused(reason) : PublishReceipt.Accepted;
        using var destination = new DestinationUnderTest(server.Network.Port, sendMaximum: 1, canReject: true);
        Assert.Equal(
            isRejected ? SendOutcome.Accepted : SendOutcome.Retryable, (await destination.SendAsync(5)).Outcome);
        Assert.Equal(isRejected ? [1, 2, 3, 4, 5] : [1, 2, 3], server.Sequences);
    }

    [Theory]
    [InlineData(MqttReasonCode.NotAuthorized, SendOutcome.Rejected)]
    [InlineData(MqttReasonCode.TopicNameInvalid, SendOutcome.Rejected)]
    [InlineData(MqttReasonCode.PayloadFormatInvalid, SendOutcome.Accepted)]
    public async Task What_is_wrong_with_a_topic_that_all_records_share_is_no_records_fault(
        MqttReasonCode reason, SendOutcome outcome)
    {
        await using var server = ServerUnderTest.Start();
        server.Decide = record => record.Sequence == 3 ? PublishReceipt.Refused(reason) : PublishReceipt.Accepted;
        using var destination = new DestinationUnderTest(
            server.Network.Port, sendMaximum: 1, topic: "to/{stream}", canReject: true);
        Assert.Equal(outcome, (await destination.SendAsync(5)).Outcome);
    }

    [Fact]
    public async Task A_record_larger_than_the_server_takes_is_rejected()
    {
        const int PacketSizeBytesMax = 2048;
        await using var server = ServerUnderTest.Start(
            new MqttBrokerOptions { PacketSizeBytesMax = PacketSizeBytesMax });
        using var destination = new DestinationUnderTest(server.Network.Port, sendMaximum: 1, canReject: true);
        Assert.Equal(
            SendResult.Accepted,
            await destination.SendDataAsync("1", $"\"{new string('x', PacketSizeBytesMax)}\"", "3"));
        Assert.Equal([1, 3], server.Sequences);
    }

    [Fact]
    public async Task Of_those_that_were_under_way_only_the_refused_are_sent_again_in_their_order()
    {
        await using var server = ServerUnderTest.Start();
        var decisions = new Dictionary<long, TaskCompletionSource<PublishOutcome>>();
        for (var number = 1; number <= 6; number++)
        {
            decisions.Add(number, new(TaskCreationOptions.RunContinuationsAsynchronously));
        }

        server.Decide = record => PublishReceipt.WhenDecided(decisions[record.Sequence].Task);
        using var destination = new DestinationUnderTest(server.Network.Port, sendMaximum: 10);
        var sending = destination.SendAsync(6);
        await Poll.UntilAsync(() => server.Received.Count == 6);
        foreach (var (number, decision) in decisions)
        {
            decision.SetResult(number switch
            {
                2 => PublishOutcome.Refused(MqttReasonCode.QuotaExceeded),
                5 => PublishOutcome.Refused(MqttReasonCode.NotAuthorized),
                _ => PublishOutcome.Accepted,
            });
        }

        // Of several reasons the one that someone has to mend counts.
        var refused = await sending;
        Assert.Equal(SendOutcome.Rejected, refused.Outcome);
        Assert.Contains("refuses 2 of", refused.Reason, StringComparison.Ordinal);
        server.Decide = static _ => PublishReceipt.Accepted;
        Assert.Equal(SendResult.Accepted, await destination.SendAsync(6));
        Assert.Equal([1, 2, 3, 4, 5, 6, 2, 5], server.Sequences);
        Assert.Equal(6, server.Received.Select(record => record.Id).Distinct().Count());
    }

    [Fact]
    public async Task A_record_larger_than_the_server_takes_is_refused_without_being_sent()
    {
        const int PacketSizeBytesMax = 2048;
        await using var server = ServerUnderTest.Start(
            new MqttBrokerOptions { PacketSizeBytesMax = PacketSizeBytesMax });
        using var destination = new DestinationUnderTest(server.Network.Port, sendMaximum: 1);
        var refused = await destination.SendDataAsync("1", $"\"{new string('x', PacketSizeBytesMax)}\"", "3");
        Assert.Equal(SendOutcome.Rejected, refused.Outcome);
        Assert.Contains("sequence 2", refused.Reason, StringComparison.Ordinal);
        Assert.Contains("PacketTooLarge", refused.Reason, StringComparison.Ordinal);
        Assert.Equal([1], server.Sequences);
    }

    [Fact]
    public async Task A_topic_that_is_none_is_refused_without_being_sent()
    {
        const int TopicBytesMax = ushort.MaxValue;
        await using var server = ServerUnderTest.Start();
        using var destination = new DestinationUnderTest(
            server.Network.Port, topic: $"{new string('t', TopicBytesMax)}/{{key}}");
        var refused = await destination.SendAsync(1);
        Assert.Equal(SendOutcome.Rejected, refused.Outcome);
        Assert.Contains("is not a topic name", refused.Reason, StringComparison.Ordinal);
        Assert.Empty(server.Received);
    }

    [Fact]
    public async Task A_3_1_1_server_that_closes_instead_of_answering_gets_what_it_did_not_take_again()
    {
        await using var server = ServerUnderTest.Start();
        var refusals = 2;
        server.Decide = record => record.Sequence == 3 && refusals-- > 0
            ? PublishReceipt.Refused(MqttReasonCode.QuotaExceeded) : PublishReceipt.Accepted;
        using var destination = new DestinationUnderTest(
            server.Network.Port, sendMaximum: 1, version: MqttVersion.V311);
        Assert.Equal(SendResult.Accepted, await destination.SendAsync(5));
        Assert.Equal([1, 2, 3, 3, 3, 4, 5], server.Sequences);
    }

    [Fact]
    public async Task A_shard_that_is_held_up_keeps_what_was_accepted_while_another_goes_on()
    {
        const int Objects = 100;
        await using var server = ServerUnderTest.Start();
        server.Decide = record => record.Sequence == 3
            ? PublishReceipt.Refused(MqttReasonCode.QuotaExceeded) : PublishReceipt.Accepted;
        using var destination = new DestinationUnderTest(server.Network.Port, sendMaximum: 1);
        Assert.Equal(SendOutcome.Retryable, (await destination.SendAsync(5)).Outcome);
        for (var number = 0; number < Objects; number++)
        {
            Assert.Equal(SendResult.Accepted, await destination.SendAsync(1, first: 1000 + number, shard: 1));
        }

        server.Decide = static _ => PublishReceipt.Accepted;
        Assert.Equal(SendResult.Accepted, await destination.SendAsync(5));
        Assert.Equal([1, 2, 3, 3, 4, 5], server.Sequences.Where(number => number < 1000));
    }
}
