namespace EdgeStream.Gateway.Cli;

/// <summary>Nobody reads standard output any more: the command is over, and that is no error.</summary>
internal sealed class OutputClosedException() : IOException("Standard output is closed.");
