namespace EdgeStream.EndToEnd.Tests.DamagedLinks;

/// <summary>What was done to a gateway, its link and the server behind it.</summary>
/// <param name="Kills">How often the gateway was killed.</param>
/// <param name="Restarts">How often the server was.</param>
/// <param name="Outages">How often nobody listened for a while.</param>
/// <param name="Connections">How many connections there were: each may have ended behind a request whose answer was
/// lost.</param>
internal readonly record struct ChaosCounts(int Kills, int Restarts, int Outages, int Connections);
