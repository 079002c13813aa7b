namespace EdgeStream.Mqtt.Tests;

/// <summary>A host whose messages become safe only when a test says so.</summary>
internal sealed class HeldHandler : IMqttPublishHandler
{
    private readonly Lock _gate = new();
    private readonly List<TaskCompletionSource<PublishOutcome>> _held = [];
    private MqttReasonCode? _refusal;

    internal int Count
    {
        get
        {
            lock (_gate)
            {
                return _held.Count;
            }
        }
    }

    public PublishReceipt Publish(in MqttPublication publication)
    {
        var held = new TaskCompletionSource<PublishOutcome>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            _held.Add(held);
            if (_refusal is { } reason)
            {
                held.SetResult(PublishOutcome.Refused(reason));
            }
        }

        return PublishReceipt.WhenDecided(held.Task);
    }

    internal void Release(int index) => this[index].SetResult(PublishOutcome.Accepted);

    internal void Refuse(int index, MqttReasonCode reason) => this[index].SetResult(PublishOutcome.Refused(reason));

    /// <summary>Refuses what is held and what comes.</summary>
    internal void RefuseAll(MqttReasonCode reason)
    {
        lock (_gate)
        {
            _refusal = reason;
            _held.ForEach(held => held.TrySetResult(PublishOutcome.Refused(reason)));
        }
    }

    /// <summary>Holds again what comes.</summary>
    internal void Hold()
    {
        lock (_gate)
        {
            _refusal = null;
        }
    }

    internal void Fail(int index) => this[index].SetException(new IOException("The disk is gone."));

    private TaskCompletionSource<PublishOutcome> this[int index]
    {
        get
        {
            lock (_gate)
            {
                return _held[index];
            }
        }
    }
}
