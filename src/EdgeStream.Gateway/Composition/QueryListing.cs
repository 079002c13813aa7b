using EdgeStream.Analytics;

namespace EdgeStream.Gateway.Composition;

/// <summary>A query with where it comes from.</summary>
/// <param name="Status">How it stands.</param>
/// <param name="Definition">What it is.</param>
/// <param name="IsConfigured">Whether it is of the configuration file; else it was made over the API.</param>
/// <param name="IsEnabled">Whether it is to run.</param>
internal sealed record QueryListing(QueryStatus Status, QueryDefinition Definition, bool IsConfigured, bool IsEnabled);
