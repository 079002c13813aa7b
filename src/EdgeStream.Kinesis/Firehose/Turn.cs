namespace EdgeStream.Kinesis;

/// <summary>A turn that was taken; disposing gives it back, once.</summary>
internal readonly struct Turn : IDisposable
{
    private readonly SemaphoreSlim _turns;

    private Turn(SemaphoreSlim turns) => _turns = turns;

    /// <summary>Waits for a turn.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled first.</exception>
    internal static async ValueTask<Turn> TakeAsync(SemaphoreSlim turns, CancellationToken cancellationToken)
    {
        await turns.WaitAsync(cancellationToken).ConfigureAwait(false);
        return new Turn(turns);
    }

    /// <inheritdoc/>
    public void Dispose() => _turns.Release();
}
