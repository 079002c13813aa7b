namespace EdgeStream.Delivery;

/// <summary>Whether the history of a shard may be sent: not while the live lane tries in vain.</summary>
/// <remarks>Thread-safe: the live lane opens and closes it, the history lane waits. It begins closed, so that what
/// comes now goes first.</remarks>
internal sealed class LaneGate(PipelineSignals history)
{
    private volatile bool _isOpen;

    /// <summary>Whether it is open.</summary>
    public bool IsOpen => _isOpen;

    /// <summary>Opens it; where it was closed, the history lane tries at once.</summary>
    public void Open()
    {
        if (!_isOpen)
        {
            _isOpen = true;
            history.Wake.Set();
        }
    }

    /// <summary>Closes it; an attempt under way goes on.</summary>
    public void Close() => _isOpen = false;
}
