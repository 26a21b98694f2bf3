extension KnownAction {
    /// GitHub's own actions.
    static let tableOfGitHub = """
        actions/add-to-project
          in github-token! label-operator labeled project-url!
          out itemId
        actions/ai-inference
          in custom-headers enable-github-mcp endpoint file_input github-mcp-token github-mcp-toolsets
          in input max-completion-tokens max-tokens model prompt prompt-file system-prompt
          in system-prompt-file temperature token top-p
          out response response-file
        actions/attest-build-provenance
          in create-storage-record github-token predicate predicate-path predicate-type push-to-registry
          in show-summary subject-checksums subject-digest subject-name subject-path
          out attestation-id attestation-url bundle-path storage-record-ids
        actions/attest-sbom
          in github-token push-to-registry sbom-path! show-summary subject-checksums subject-digest
          in subject-name subject-path
          out attestation-id attestation-url bundle-path
        actions/cache
          in enableCrossOsArchive fail-on-cache-miss key! lookup-only path! restore-keys save-always
          in upload-chunk-size
          out cache-hit
        actions/cache/restore
          in enableCrossOsArchive fail-on-cache-miss key! lookup-only path! restore-keys
          out cache-hit cache-matched-key cache-primary-key
        actions/cache/save
          in enableCrossOsArchive key! path! upload-chunk-size
        actions/checkout
          in clean fetch-depth fetch-tags filter github-server-url lfs path persist-credentials ref
          in repository set-safe-directory show-progress sparse-checkout sparse-checkout-cone-mode
          in ssh-key ssh-known-hosts ssh-strict ssh-user submodules token
          out commit ref
        actions/configure-pages
          in enablement generator_config_file static_site_generator token
          out base_path base_url host origin
        actions/create-github-app-token
          in app-id app_id client-id github-api-url owner permission-actions permission-administration
          in permission-checks permission-codespaces permission-contents
          in permission-custom-properties-for-organizations permission-dependabot-secrets
          in permission-deployments permission-email-addresses
          in permission-enterprise-custom-properties-for-organizations permission-environments
          in permission-followers permission-git-ssh-keys permission-gpg-keys
          in permission-interaction-limits permission-issues permission-members permission-metadata
          in permission-organization-administration permission-organization-announcement-banners
          in permission-organization-copilot-seat-management permission-organization-custom-org-roles
          in permission-organization-custom-properties permission-organization-custom-roles
          in permission-organization-events permission-organization-hooks
          in permission-organization-packages permission-organization-personal-access-token-requests
          in permission-organization-personal-access-tokens permission-organization-plan
          in permission-organization-projects permission-organization-secrets
          in permission-organization-self-hosted-runners permission-organization-user-blocking
          in permission-packages permission-pages permission-profile permission-pull-requests
          in permission-repository-custom-properties permission-repository-hooks
          in permission-repository-projects permission-secret-scanning-alerts permission-secrets
          in permission-security-events permission-single-file permission-starring permission-statuses
          in permission-team-discussions permission-vulnerability-alerts permission-workflows private-key
          in private_key repositories skip-token-revoke skip_token_revoke
          out app-slug installation-id token
        actions/delete-package-versions
          in delete-only-pre-release-versions delete-only-untagged-versions ignore-versions
          in min-versions-to-keep num-old-versions-to-delete owner package-name! package-type!
          in package-version-ids token
        actions/dependency-review-action
          in allow-dependencies-licenses allow-ghsas allow-licenses base-ref comment-summary-in-pr
          in config-file deny-groups deny-licenses deny-packages external-repo-token fail-on-scopes
          in fail-on-severity head-ref license-check repo-token retry-on-snapshot-warnings
          in retry-on-snapshot-warnings-timeout show-openssf-scorecard show-patched-versions
          in vulnerability-check warn-on-openssf-scorecard-level warn-only
          out comment-content denied-changes dependency-changes invalid-license-changes vulnerable-changes
        actions/deploy-pages
          in artifact_name error_count preview reporting_interval timeout token
          out page_url
        actions/download-artifact
          in artifact-ids digest-mismatch github-token merge-multiple name path pattern repository run-id
          in skip-decompress
          out download-path
        actions/first-interaction
          in issue-message issue_message pr-message pr_message repo-token repo_token
        actions/github-script
          in base-url debug github-token previews result-encoding retries retry-exempt-status-codes
          in script! user-agent
          out *
        actions/labeler
          in configuration-path dot pr-number repo-token sync-labels
          out all-labels new-labels
        actions/setup-dotnet
          in architecture cache cache-dependency-path config-file dotnet-quality dotnet-version
          in global-json-file owner source-url workloads
          out cache-hit dotnet-version
        actions/setup-go
          in architecture cache cache-dependency-path check-latest go-download-base-url go-version
          in go-version-file token
          out cache-hit go-version
        actions/setup-java
          in architecture cache cache-dependency-path check-latest distribution! gpg-passphrase
          in gpg-private-key java-package java-version java-version-file jdkFile job-status
          in mvn-toolchain-id mvn-toolchain-vendor overwrite-settings server-id server-password
          in server-username settings-path token
          out cache-hit distribution path version
        actions/setup-node
          in always-auth architecture cache cache-dependency-path check-latest mirror mirror-token
          in node-version node-version-file package-manager-cache registry-url scope token
          out cache-hit node-version
        actions/setup-python
          in allow-prereleases architecture cache cache-dependency-path check-latest freethreaded
          in pip-install pip-version python-version python-version-file token update-environment
          out cache-hit python-path python-version
        actions/stale
          in any-of-issue-labels any-of-labels any-of-pr-labels ascending close-issue-label
          in close-issue-message close-issue-reason close-pr-label close-pr-message days-before-close
          in days-before-issue-close days-before-issue-stale days-before-pr-close days-before-pr-stale
          in days-before-stale debug-only delete-branch enable-statistics exempt-all-assignees
          in exempt-all-issue-assignees exempt-all-issue-milestones exempt-all-milestones
          in exempt-all-pr-assignees exempt-all-pr-milestones exempt-assignees exempt-draft-pr
          in exempt-issue-assignees exempt-issue-labels exempt-issue-milestones exempt-milestones
          in exempt-pr-assignees exempt-pr-labels exempt-pr-milestones ignore-issue-updates
          in ignore-pr-updates ignore-updates include-only-assigned labels-to-add-when-unstale
          in labels-to-remove-when-stale labels-to-remove-when-unstale only-issue-labels only-issue-types
          in only-labels only-pr-labels operations-per-run remove-issue-stale-when-updated
          in remove-pr-stale-when-updated remove-stale-when-updated repo-token sort-by stale-issue-label
          in stale-issue-message stale-pr-label stale-pr-message start-date
          out closed-issues-prs staled-issues-prs
        actions/upload-artifact
          in archive compression-level if-no-files-found include-hidden-files name overwrite path!
          in retention-days
          out artifact-digest artifact-id artifact-url
        actions/upload-artifact/merge
          in compression-level delete-merged if-no-files-found include-hidden-files name pattern
          in retention-days separate-directories
          out artifact-digest artifact-id artifact-url
        actions/upload-pages-artifact
          in name path retention-days
          out artifact_id
        github/codeql-action/analyze
          in add-snippets category check_name checkout_path cleanup-level expect-error matrix output
          in post-processed-sarif-path ram ref sha skip-queries threads token upload upload-database
          in wait-for-processing
          out db-locations sarif-id sarif-output
        github/codeql-action/autobuild
          in matrix token working-directory
        github/codeql-action/init
          in analysis-kinds build-mode check-run-id config config-file db-location debug
          in debug-artifact-name debug-database-name dependency-caching external-repository-token
          in languages matrix packs quality-queries queries ram registries setup-python-dependencies
          in source-root threads token tools trap-caching
          out codeql-path codeql-version
        github/super-linter
        """
}
