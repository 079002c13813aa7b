using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace EdgeStream.Analytics;

/// <summary>Mean and standard deviation of the latest values, in constant memory whatever the window's size or the
/// rate.</summary>
/// <remarks>
/// The window is cut into panes (J. Li et al., "No pane, no gain", SIGMOD Record 34(1), 2005): eight closed ones and
/// one that
/// is filling. A closed pane is dropped whole, so the window holds what it promises and at most an eighth more.
/// </remarks>
internal struct RollingMoments
{
    /// <summary>How many closed panes make a window.</summary>
    public const int ClosedPanes = 8;

    private const int PaneCount = ClosedPanes + 1;
    private const int StartOffset = 0;
    private const int OpenOffset = 8;
    private const int PanesOffset = 9;

    public const int SizeBytes = PanesOffset + (PaneCount * Moments.SizeBytes);

    private Panes _panes;
    private Moments _closed;
    private long _openStart;
    private int _open;

    /// <summary>The moments of the whole window.</summary>
    public readonly Moments Window => Moments.Join(in _closed, in _panes[_open]);

    /// <summary>Which pane is filling; it changes when one is closed.</summary>
    public readonly int OpenPane => _open;

    /// <summary>A closed pane, from 1, the youngest, to <see cref="ClosedPanes"/>.</summary>
    public readonly Moments ClosedPane(int age) => _panes[(_open + PaneCount - age) % PaneCount];

    /// <summary>Adds a value to a window of <paramref name="paneSamples"/> values a pane.</summary>
    public void AddByCount(double value, int paneSamples)
    {
        if (_panes[_open].Count >= paneSamples)
        {
            Rotate();
        }

        _panes[_open].Add(value);
    }

    /// <summary>Drops what is too old, for a window of <paramref name="paneLength"/> microseconds a pane.</summary>
    public void MoveTo(long now, long paneLength)
    {
        if (now < _openStart || (now - _openStart) / paneLength >= PaneCount)
        {
            // Nothing of the window is left, or the key was forgotten and its clock starts again.
            this = default;
            _openStart = now;
            return;
        }

        while (now - _openStart >= paneLength)
        {
            Rotate();
            _openStart += paneLength;
        }
    }

    /// <summary>Adds a value at the time that <see cref="MoveTo"/> was given last.</summary>
    public void Add(double value) => _panes[_open].Add(value);

    public readonly void Write(Span<byte> destination)
    {
        BinaryPrimitives.WriteInt64LittleEndian(destination[StartOffset..], _openStart);
        destination[OpenOffset] = (byte)_open;
        for (var pane = 0; pane < PaneCount; pane++)
        {
            _panes[pane].Write(destination[(PanesOffset + (pane * Moments.SizeBytes))..]);
        }
    }

    public static RollingMoments Read(ReadOnlySpan<byte> source)
    {
        var moments = new RollingMoments
        {
            _openStart = BinaryPrimitives.ReadInt64LittleEndian(source[StartOffset..]),
            _open = source[OpenOffset] % PaneCount,
        };
        for (var pane = 0; pane < PaneCount; pane++)
        {
            moments._panes[pane] = Moments.Read(source[(PanesOffset + (pane * Moments.SizeBytes))..]);
        }

        moments.JoinClosed();
        return moments;
    }

    private void Rotate()
    {
        _open = (_open + 1) % PaneCount;
        _panes[_open] = default;
        JoinClosed();
    }

    /// <summary>Joins the closed panes oldest first, so that a restored window has the very same bits.</summary>
    private void JoinClosed()
    {
        _closed = default;
        for (var age = ClosedPanes; age > 0; age--)
        {
            _closed = Moments.Join(in _closed, in _panes[(_open + PaneCount - age) % PaneCount]);
        }
    }

    [InlineArray(PaneCount)]
    private struct Panes
    {
        private Moments _first;
    }
}
