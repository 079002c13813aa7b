namespace EdgeStream.Mqtt;

/// <summary>What waits in a session's queue and was not sent yet, and the room that it takes.</summary>
/// <remarks>
/// Not thread-safe. Live messages are bounded by count and bytes of the session, and by the bytes that all sessions
/// share, of which QoS 0 has half. Replayed retained messages are bounded by what may be retained.
/// </remarks>
internal sealed class WaitingMessages(SessionLimits limits)
{
    private Queue<OutboundMessage>? _messages;
    private int _replays;
    private long _replayBytes;
    private long _liveBytes;
    private long _sharedBytes;

    internal int Count => _messages?.Count ?? 0;

    /// <summary>How many of them are replayed retained messages.</summary>
    internal int ReplayCount => _replays;

    /// <summary>Whether no more live messages may wait. May be asked without the session's lock, for a hint.</summary>
    internal bool IsFull =>
        Count - _replays >= limits.QueuedMessagesMax || _liveBytes >= limits.QueuedBytesMax;

    internal IEnumerable<OutboundMessage> Messages => _messages ?? [];

    internal bool TryPeek(out OutboundMessage message)
    {
        message = default;
        return _messages?.TryPeek(out message) ?? false;
    }

    internal void Add(in OutboundMessage message)
    {
        (_messages ??= new Queue<OutboundMessage>()).Enqueue(message);
        AddUp(message, 1);
    }

    internal OutboundMessage Take()
    {
        OutboundMessage message = _messages!.Dequeue();
        AddUp(message, -1);
        return message;
    }

    internal void Clear()
    {
        _messages?.Clear();
        _replays = 0;
        _replayBytes = 0;
        _liveBytes = 0;
    }

    /// <summary>Takes room for a message; false where there is none.</summary>
    internal bool TryTakeRoom(ref OutboundMessage message) =>
        message.IsReplay ? HasRoomForReplay(message) : TryTakeRoomForLive(ref message);

    /// <summary>Takes room for what the state kept, whatever the bounds are now.</summary>
    internal void TakeRoom(ref OutboundMessage message)
    {
        message.SharedBytes = message.Message.SizeBytes;
        _sharedBytes += message.SharedBytes;
        limits.QueuedBytes.Take(message.SharedBytes);
    }

    /// <summary>Gives back what a message took that is done with.</summary>
    internal void ReturnRoom(in OutboundMessage message)
    {
        _sharedBytes -= message.SharedBytes;
        limits.QueuedBytes.Return(message.SharedBytes);
    }

    private void AddUp(in OutboundMessage message, int sign)
    {
        int bytes = sign * message.Message.SizeBytes;
        if (message.IsReplay)
        {
            _replays += sign;
            _replayBytes += bytes;
        }
        else
        {
            _liveBytes += bytes;
        }
    }

    private bool HasRoomForReplay(in OutboundMessage message) =>
        _replays < limits.RetainedMessagesMax
        && _replayBytes + message.Message.SizeBytes <= limits.RetainedBytesMax;

    private bool TryTakeRoomForLive(ref OutboundMessage message)
    {
        bool isHalved = message.Qos == MqttQos.AtMostOnce;
        int countMax = isHalved ? (limits.QueuedMessagesMax + 1) / 2 : limits.QueuedMessagesMax;
        int sizeBytes = message.Message.SizeBytes;
        if (Count - _replays >= countMax
            || _liveBytes + sizeBytes > limits.QueuedBytesMax
            || !limits.QueuedBytes.TryTakeShare(sizeBytes, _sharedBytes, isHalved))
        {
            return false;
        }

        message.SharedBytes = sizeBytes;
        _sharedBytes += sizeBytes;
        return true;
    }
}
