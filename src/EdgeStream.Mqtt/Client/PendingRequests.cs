namespace EdgeStream.Mqtt;

/// <summary>Requests that wait for the server's answer, by packet identifier.</summary>
/// <remarks>Thread-safe. Bounded by the number of packet identifiers. They end with their connection.</remarks>
internal sealed class PendingRequests
{
    private readonly Lock _gate = new();
    private readonly Dictionary<ushort, Request> _requests = [];
    private readonly PacketIds _ids;
    private Exception? _end;

    internal PendingRequests(PacketIds ids)
    {
        _ids = ids;
    }

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

            ushort id = _ids.Take();
            _requests.Add(id, new Request(answer, completion));
            answered = completion.Task;
            return id;
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

        _ids.Release(packetId);

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
            foreach (ushort id in _requests.Keys)
            {
                _ids.Release(id);
            }

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
