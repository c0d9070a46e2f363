namespace Parley.Gateway.Configuration.Reading;

/// <summary>A name and its value; <paramref name="Line"/> and <paramref name="Column"/> are the name's.</summary>
internal sealed record ConfigurationMember(string Name, int Line, int Column, ConfigurationNode Value);
