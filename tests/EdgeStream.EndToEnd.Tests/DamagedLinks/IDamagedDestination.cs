using EdgeStream.Testing;

namespace EdgeStream.EndToEnd.Tests.DamagedLinks;

/// <summary>A real server at the far end of a damaged link.</summary>
internal interface IDamagedDestination : IAsyncDisposable
{
    /// <summary>The link that the gateway has to it.</summary>
    FaultyLink Link { get; }

    /// <summary>The destination's part of the delivery's configuration.</summary>
    string Config { get; }

    /// <summary>Environment variables of the gateway, as <c>NAME=value</c>.</summary>
    IReadOnlyList<string> Environment => [];

    /// <summary>Whether each record of a key must be of a later time than the one before.</summary>
    bool NeedsTimes => false;

    /// <summary>Ends the server, and starts it again on what it has kept.</summary>
    Task RestartAsync();

    /// <summary>Everything that it holds, in its own order, repeats too.</summary>
    Task<IReadOnlyList<Arrival>> ReadAsync();

    /// <summary>How often a record may be there a second time, after what was done to the link and the gateway; 0 where
    /// ids let the server tell.</summary>
    int RepeatsMax(ChaosCounts counts);
}
