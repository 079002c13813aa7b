using EdgeStream.Delivery;

namespace EdgeStream.Gateway.Composition;

/// <summary>A delivery that runs.</summary>
/// <param name="definition">What it delivers where.</param>
/// <param name="engine">What does it.</param>
internal sealed class RunningDelivery(DeliveryDefinition definition, DeliveryEngine engine) : IAsyncDisposable
{
    private readonly CancellationTokenSource _ended = new();

    /// <summary>What it delivers where.</summary>
    public DeliveryDefinition Definition => definition;

    /// <summary>Its numbers.</summary>
    public IReadOnlyList<DeliveryStatus> Status() => engine.Status();

    /// <summary>Completes when everything appended before the call is delivered; false when it was stopped
    /// before.</summary>
    /// <exception cref="OperationCanceledException">The caller's token was cancelled.</exception>
    public async Task<bool> FlushAsync(CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(_ended.Token, cancellationToken);
        try
        {
            await engine.FlushAsync(either.Token);
            return true;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    /// <summary>Asks for the same without waiting for it.</summary>
    public void RequestFlush() => engine.RequestFlush();

    /// <summary>Sends what is collected if the destination answers in time, then stops.</summary>
    public async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync();
        await engine.DisposeAsync();
    }
}
