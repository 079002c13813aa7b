namespace EdgeStream.Mqtt.Tests;

/// <summary>A host that has no room until a test says so.</summary>
internal sealed class DeferringHandler : IMqttPublishHandler
{
    private readonly Lock _gate = new();
    private readonly List<(TaskCompletionSource<PublishReceipt> Receipt, CancellationToken Closed)> _deferred = [];

    internal int Count
    {
        get
        {
            lock (_gate)
            {
                return _deferred.Count;
            }
        }
    }

    public PublishReceipt Publish(in MqttPublication publication)
    {
        var receipt = new TaskCompletionSource<PublishReceipt>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            _deferred.Add((receipt, publication.ConnectionClosed));
        }

        return PublishReceipt.Deferred(receipt.Task);
    }

    internal void TakeOver(int index) => this[index].Receipt.SetResult(PublishReceipt.Accepted);

    internal void GiveUp(int index) => this[index].Receipt.SetCanceled(this[index].Closed);

    internal bool IsGivenUp(int index) => this[index].Closed.IsCancellationRequested;

    private (TaskCompletionSource<PublishReceipt> Receipt, CancellationToken Closed) this[int index]
    {
        get
        {
            lock (_gate)
            {
                return _deferred[index];
            }
        }
    }
}
