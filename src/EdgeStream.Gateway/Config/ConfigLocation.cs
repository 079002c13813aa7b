namespace EdgeStream.Gateway.Config;

/// <summary>A place in the configuration file, counted from 1 as editors do.</summary>
internal readonly record struct ConfigLocation(string File, long Line, long Column)
{
    /// <summary><c>FILE:LINE:COLUMN</c>, which editors and terminals turn into a link.</summary>
    public override string ToString() => Line == 0 ? File : $"{File}:{Line}:{Column}";
}
