namespace EdgeStream.Analytics;

/// <summary>What is remembered about a key whose rule has at most one alert for it at a time.</summary>
internal interface IEpisodeState<TSelf> : IKeyState<TSelf>
    where TSelf : struct, IEpisodeState<TSelf>
{
    /// <summary>The key's alert.</summary>
    static abstract ref AlertEpisode EpisodeOf(ref TSelf state);
}
