namespace EdgeStream.Gateway.Cli.Terminal;

/// <summary>What a word can be completed to.</summary>
/// <param name="Start">Where the word begins in the line.</param>
/// <param name="Candidates">What may stand in its place; each begins as the word does.</param>
internal sealed record LineCompletion(int Start, IReadOnlyList<string> Candidates);
