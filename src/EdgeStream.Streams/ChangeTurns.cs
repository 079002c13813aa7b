namespace EdgeStream.Streams;

/// <summary>Has changes of a store's streams come one after the other, and none after the store is closed.</summary>
internal sealed class ChangeTurns
{
    private readonly SemaphoreSlim _changing = new(1);
    private bool _isClosed;

    /// <summary>Waits for whoever has its turn; disposing what comes ends this one.</summary>
    /// <exception cref="ObjectDisposedException">The store is closed.</exception>
    internal async ValueTask<Turn> TakeAsync(CancellationToken cancellationToken)
    {
        await _changing.WaitAsync(cancellationToken).ConfigureAwait(false);
        if (!_isClosed)
        {
            return new Turn(_changing);
        }

        _changing.Release();
        throw new ObjectDisposedException(nameof(StreamStore));
    }

    /// <summary>The last turn, in which the store closes; null where it was taken already, and is over.</summary>
    internal async ValueTask<Turn?> TakeLastAsync()
    {
        await _changing.WaitAsync().ConfigureAwait(false);
        if (!_isClosed)
        {
            _isClosed = true;
            return new Turn(_changing);
        }

        _changing.Release();
        return null;
    }

    /// <summary>The right to change streams, until it is disposed.</summary>
    internal readonly struct Turn(SemaphoreSlim changing) : IDisposable
    {
        /// <summary>It is the next one's turn.</summary>
        public void Dispose() => changing.Release();
    }
}
