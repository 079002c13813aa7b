namespace EdgeStream.Mqtt.Tests;

/// <summary>What sessions share is nobody's alone.</summary>
public class SharedRoomTests
{
    private const int TotalBytes = 1_000_000;

    private readonly SessionLimits _limits = TestLimits.Create(messagesMax: 10_000) with
    {
        QueuedBytesMax = long.MaxValue,
        QueuedBytes = new ByteBudget(TotalBytes),
    };

    [Theory]
    [InlineData(MqttQos.AtMostOnce)]
    [InlineData(MqttQos.AtLeastOnce)]
    public void One_session_that_is_not_read_leaves_as_much_as_it_takes(MqttQos qos)
    {
        int part = qos == MqttQos.AtMostOnce ? TotalBytes / 2 : TotalBytes;
        long first = Fill(new OutboundQueue("first", _limits), qos);
        Assert.InRange(first, part / 2, (part / 2) + 10_000);
        long second = Fill(new OutboundQueue("second", _limits), qos);
        Assert.InRange(second, part / 5, part / 3);
        Assert.InRange(_limits.QueuedBytes.UsedBytes, 0, part);
    }

    [Theory]
    [InlineData(MqttQos.AtMostOnce)]
    [InlineData(MqttQos.AtLeastOnce)]
    public void Whatever_the_others_hold_a_session_has_room_for_a_few_messages(MqttQos qos)
    {
        _limits.QueuedBytes.Take(TotalBytes * 2);
        var queue = new OutboundQueue("reader", _limits);
        long held = Fill(queue, qos, payloadBytes: 100);
        Assert.InRange(held, ByteBudget.ShareBytesMin - 300, ByteBudget.ShareBytesMin);
        queue.RemoveWaitingWhere(static _ => true, _limits);
        Assert.Equal(held, Fill(queue, qos, payloadBytes: 100));
    }

    [Fact]
    public void What_was_given_back_can_be_taken_again()
    {
        var queue = new OutboundQueue("c", _limits);
        long held = Fill(queue, MqttQos.AtLeastOnce);
        queue.Clear();
        Assert.Equal(0, _limits.QueuedBytes.UsedBytes);
        Assert.Equal(held, Fill(queue, MqttQos.AtLeastOnce));
    }

    private long Fill(OutboundQueue queue, MqttQos qos, int payloadBytes = 5_000)
    {
        long before = _limits.QueuedBytes.UsedBytes;
        var message = new ApplicationMessage { Topic = "t"u8.ToArray(), Payload = new byte[payloadBytes], Qos = qos };
        for (int i = 0; i < 1_000; i++)
        {
            if (!queue.TryEnqueue(new OutboundMessage { Message = message, Qos = qos }, isRetainedReplay: false))
            {
                break;
            }
        }

        return _limits.QueuedBytes.UsedBytes - before;
    }
}
