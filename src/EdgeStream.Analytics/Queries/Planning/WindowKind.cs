namespace EdgeStream.Analytics;

/// <summary>The table functions that make windows.</summary>
internal enum WindowKind
{
    Tumble = 0,
    Hop,
    Session,
}
