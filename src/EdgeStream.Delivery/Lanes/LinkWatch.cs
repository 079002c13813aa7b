using System.Net.NetworkInformation;
using Microsoft.Extensions.Logging;

namespace EdgeStream.Delivery;

/// <summary>Tells when an address, a link or a route of the machine has changed: a server may be back in
/// reach.</summary>
/// <remarks>What the kernel tells by netlink. Thread-safe; where the kernel tells nothing, it stays silent.</remarks>
internal sealed class LinkWatch : IDisposable
{
    private readonly Action _changed;

    /// <summary>Begins to watch.</summary>
    /// <param name="changed">Called on another thread, several times for one change; it must not block.</param>
    /// <param name="logger">Where to log.</param>
    public LinkWatch(Action changed, ILogger logger)
    {
        _changed = changed;
        try
        {
            NetworkChange.NetworkAddressChanged += OnAddressChanged;
            NetworkChange.NetworkAvailabilityChanged += OnAvailabilityChanged;
        }
        catch (Exception error) when (error is NetworkInformationException or PlatformNotSupportedException)
        {
            Log.LinksUnwatched(logger, error);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        NetworkChange.NetworkAddressChanged -= OnAddressChanged;
        NetworkChange.NetworkAvailabilityChanged -= OnAvailabilityChanged;
    }

    private void OnAddressChanged(object? sender, EventArgs change) => _changed();

    private void OnAvailabilityChanged(object? sender, NetworkAvailabilityEventArgs change) => _changed();
}
