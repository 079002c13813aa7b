namespace EdgeStream.Mqtt.Tests;

/// <summary>Statement tests that run twice: against a broker within the test, and by
/// <c>EdgeStream.EndToEnd.Tests</c>, which compiles this folder too, against the published binary.</summary>
public abstract class SharedStatements;
