namespace EdgeStream.Mqtt;

/// <summary>Bounds how many log lines of a kind are written in a window of time.</summary>
internal sealed class LineLimit
{
    private readonly Lock _gate = new();
    private readonly int _countMax;
    private readonly int _windowMs;
    private long _windowStartMs;
    private int _count;

    internal LineLimit(int countMax, int windowMs)
    {
        _countMax = countMax;
        _windowMs = windowMs;
    }

    /// <summary>Whether one more may be written now.</summary>
    internal bool TryTake(long nowMs)
    {
        lock (_gate)
        {
            if (nowMs - _windowStartMs >= _windowMs)
            {
                _windowStartMs = nowMs;
                _count = 0;
            }

            return _count++ < _countMax;
        }
    }
}
