using System.Globalization;

namespace EdgeStream.Devices;

/// <summary>The sensors of one chip, read one after the other by a thread of its own.</summary>
/// <remarks>A chip that hangs hangs alone. One reading at a time.</remarks>
internal sealed class SensorChip(string name, SensorChannel[] channels) : IDisposable
{
    private ReaderThread? _thread;
    private Task? _reading;

    /// <summary>Its sensors.</summary>
    internal IReadOnlyList<SensorChannel> Channels => channels;

    /// <summary>When the first of them is due.</summary>
    internal TimeSpan Due
    {
        get
        {
            var first = TimeSpan.MaxValue;
            foreach (var channel in channels)
            {
                first = channel.Due < first ? channel.Due : first;
            }

            return first;
        }
    }

    /// <summary>Reads those that are due.</summary>
    /// <remarks>Each has the time for itself: a driver may ask a sensor several times before it gives up. Where the
    /// kernel has not answered within all of it, every reading says so, and what it answers later is
    /// not used. The chip is asked again when it has answered.</remarks>
    internal async Task<(SensorChannel Channel, SensorReading Reading)[]> ReadAsync(
        TimeSpan now, TimeSpan timeout, TimeProvider time, CancellationToken cancellationToken)
    {
        var due = Array.FindAll(channels, channel => channel.Due <= now);
        if (due.Length == 0)
        {
            // Woken a moment too early: a wait of no time at all would find the thread still at work.
            return [];
        }

        if (_reading is { IsCompleted: false })
        {
            return Stuck(due, timeout);
        }

        var read = new (SensorChannel, SensorReading)[due.Length];
        _reading = (_thread ??= new ReaderThread(name)).RunAsync(() =>
        {
            for (var i = 0; i < due.Length; i++)
            {
                read[i] = (due[i], due[i].Reader.Read());
            }
        });
        try
        {
            await _reading.WaitAsync(timeout * due.Length, time, cancellationToken).ConfigureAwait(false);
            return read;
        }
        catch (TimeoutException)
        {
            return Stuck(due, timeout * due.Length);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _thread?.Dispose();

    private static (SensorChannel, SensorReading)[] Stuck(SensorChannel[] due, TimeSpan timeout)
    {
        var problem = string.Create(
            CultureInfo.InvariantCulture, $"The kernel has not answered within {timeout.TotalSeconds:0.###} s.");
        return Array.ConvertAll(due, channel => (channel, new SensorReading(default, "", problem)));
    }
}
