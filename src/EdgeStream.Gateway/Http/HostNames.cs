using System.Net;

namespace EdgeStream.Gateway.Http;

/// <summary>The names under which the gateway answers.</summary>
/// <remarks>
/// Another site can let its own name point to this machine ("DNS rebinding"); its pages are then of the same origin to
/// the browser. What they can't do is to reach the gateway under a name that is not theirs, so only those count: an IP
/// address, localhost, the machine, the node and what the configuration lists.
/// </remarks>
internal sealed class HostNames
{
    private readonly HashSet<string> _names = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Takes the machine's name, the node's id and further names, separated by commas.</summary>
    public HostNames(string machineName, string nodeId, string further)
    {
        _names.Add("localhost");
        foreach (var name in new[] { machineName, nodeId })
        {
            _names.Add(name);
            _names.Add($"{name}.local");
        }

        _names.UnionWith(Split(further));
    }

    /// <summary>The single names of a list.</summary>
    public static string[] Split(string names) =>
        names.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    /// <summary>Whether a request with this <c>Host</c> is for the gateway; one without comes from no
    /// browser.</summary>
    public bool IsAllowed(HostString host)
    {
        var name = host.Host.TrimEnd('.');
        return name.Length == 0 || _names.Contains(name) || IPAddress.TryParse(name, out _);
    }
}
