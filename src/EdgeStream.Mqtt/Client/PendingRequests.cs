namespace EdgeStream.Mqtt;

/// <summary>Requests that wait for the server's answer, by packet identifier.</summary>
/// <remarks>Thread-safe. Bounded by the number of packet identifiers; publishes, tighter, by the client's
/// window.</remarks>
internal sealed class PendingRequests
{
    private readonly Lock _gate = new();
    private readonly Dictionary<ushort, Request> _requests = [];
    private Exception? _end;
    private ushort _lastId;

    /// <summary>Notes a request that the given packet answers.</summary>
    /// <exception cref="IOException">The connection is over, or every identifier is in use.</exception>
    internal ushort Add(PacketType answer, out Task<MqttReasonCode[]> answered)
    {
        var completion = new TaskCompletionSource<MqttReasonCode[]>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            if (_end is not null)
            {
                throw new IOException("The MQTT connection is over.", _end);
            }

            if (_requests.Count >= ushort.MaxValue)
            {
                throw new IOException("All packet identifiers are in use.");
            }

            do
            {
                _lastId++;
            }
            while (_lastId == 0 || _requests.ContainsKey(_lastId));
            _requests.Add(_lastId, new Request(answer, completion));
            answered = completion.Task;
            return _lastId;
        }
    }

    /// <summary>PUBREC came: PUBCOMP is what is waited for now. False where nothing of that identifier waits.</summary>
    internal bool Advance(ushort packetId)
    {
        lock (_gate)
        {
            if (!_requests.TryGetValue(packetId, out Request request)
                || request.Answer is not (PacketType.Pubrec or PacketType.Pubcomp))
            {
                return false;
            }

            _requests[packetId] = request with { Answer = PacketType.Pubcomp };
            return true;
        }
    }

    internal void Complete(ushort packetId, PacketType answer, MqttReasonCode[] reasons)
    {
        Request request;
        lock (_gate)
        {
            if (!_requests.TryGetValue(packetId, out request) || request.Answer != answer)
            {
                return;
            }

            _requests.Remove(packetId);
        }

        request.Completion.SetResult(reasons);
    }

    /// <summary>The connection is over: who waits is told, who comes is refused.</summary>
    internal void Fail(Exception end)
    {
        Request[] open;
        lock (_gate)
        {
            _end ??= end;
            open = [.. _requests.Values];
            _requests.Clear();
        }

        foreach (Request request in open)
        {
            request.Completion.TrySetException(
                new IOException("The MQTT connection ended before the answer came.", end));
        }
    }

    private readonly record struct Request(PacketType Answer, TaskCompletionSource<MqttReasonCode[]> Completion);
}
