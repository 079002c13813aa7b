namespace EdgeStream.Mqtt.Tests;

/// <summary>What a session's queue counts of what waits in it.</summary>
public class OutboundQueueTests
{
    private readonly SessionLimits _limits =
        TestLimits.Create(messagesMax: 3) with { QueuedBytes = new ByteBudget(long.MaxValue) };

    [Fact]
    public void Replays_that_are_taken_out_leave_the_count_of_the_others_as_it_was()
    {
        OutboundQueue queue = WithReplays();
        for (int i = 0; i < 3; i++)
        {
            Assert.True(queue.TryEnqueue(Message("live", 1), isRetainedReplay: false));
        }

        Assert.True(queue.IsFull);
        queue.RemoveWhere(IsReplayed, _limits);
        Assert.True(queue.IsFull);
        Assert.False(queue.TryEnqueue(Message("live", 1), isRetainedReplay: false));
    }

    [Fact]
    public void Replays_that_are_taken_out_give_back_no_bytes_that_they_never_took()
    {
        OutboundQueue queue = WithReplays();
        queue.RemoveWhere(IsReplayed, _limits);
        Assert.Equal(0, queue.Count);
        Assert.True(queue.TryEnqueue(Message("live", 600_000), isRetainedReplay: false));
        Assert.False(queue.TryEnqueue(Message("live", 600_000), isRetainedReplay: false));
        queue.RemoveWhere(static _ => true, _limits);
        Assert.Equal(0, _limits.QueuedBytes.UsedBytes);
        Assert.True(queue.TryEnqueue(Message("live", 600_000), isRetainedReplay: false));
    }

    [Fact]
    public void What_stays_when_others_are_taken_out_is_counted_once()
    {
        var queue = new OutboundQueue("c", _limits);
        queue.Resume(receiveMaximum: 3);
        Assert.True(queue.TryEnqueue(Message("live", 1), isRetainedReplay: false));
        Assert.True(queue.TryEnqueue(Message("live", 1), isRetainedReplay: false));
        queue.RemoveWhere(IsReplayed, _limits);
        queue.RemoveWhere(IsReplayed, _limits);
        Assert.True(queue.HasWindow);
        Assert.True(queue.TryEnqueue(Message("live", 1), isRetainedReplay: false));
        Assert.False(queue.HasWindow);
        queue.RemoveWhere(static _ => true, _limits);
        Assert.True(queue.HasWindow);
    }

    [Fact]
    public void Replays_that_wait_are_bounded_by_their_bytes()
    {
        var queue = new OutboundQueue("c", _limits with { RetainedBytesMax = 1_000_000 });
        for (int i = 0; i < 6; i++)
        {
            Assert.Equal(i < 3, queue.TryEnqueue(Message("r", 300_000), isRetainedReplay: true));
        }

        Assert.Equal(3, _limits.Statistics.DroppedQueueFull);
    }

    [Fact]
    public void Replays_that_are_replaced_while_they_wait_count_like_live_messages()
    {
        var retained = new RetainedMessages(10, long.MaxValue);
        var queue = new OutboundQueue("c", _limits);
        for (int i = 0; i < 10; i++)
        {
            OutboundMessage next = Message("r", 300_000);
            Assert.True(retained.TrySet(next.Message));
            queue.ChargeReplaced(retained);
            Assert.True(queue.TryEnqueue(next, isRetainedReplay: true));
        }

        Assert.Equal(4, queue.Count);
        Assert.InRange(_limits.QueuedBytes.UsedBytes, 900_000, 1024 * 1024);
        queue.Clear();
        Assert.Equal(0, _limits.QueuedBytes.UsedBytes);
    }

    private static bool IsReplayed(OutboundMessage message) => message.Message.Topic.Length == 1;

    private static OutboundMessage Message(string topic, int payloadBytes) => new()
    {
        Message = new ApplicationMessage
        {
            Topic = System.Text.Encoding.UTF8.GetBytes(topic),
            Payload = new byte[payloadBytes],
        },
        Qos = MqttQos.AtLeastOnce,
    };

    private OutboundQueue WithReplays()
    {
        var queue = new OutboundQueue("c", _limits);
        for (int i = 0; i < 3; i++)
        {
            Assert.True(queue.TryEnqueue(Message("r", 300_000), isRetainedReplay: true));
        }

        return queue;
    }
}
